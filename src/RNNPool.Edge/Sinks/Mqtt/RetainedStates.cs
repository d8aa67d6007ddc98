using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// The values that the retained topics of the device should have. Only the newest value of a topic counts: without a connection a value
/// replaces the one before it, and each new connection publishes all of them. Thread-safe.
/// </summary>
internal sealed class RetainedStates(WorkSignal signal)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private long _revision;

    /// <summary>Sets the value of a topic.</summary>
    /// <returns>Whether the value has changed.</returns>
    public bool Set(string topic, byte[] payload)
    {
        lock (_lock)
        {
            if (_values.TryGetValue(topic, out Value? old) && old.Payload.AsSpan().SequenceEqual(payload))
                return false;
            _values[topic] = new Value(payload, ++_revision, IsDirty: true);
        }

        signal.Set();
        return true;
    }

    /// <summary>Removes a topic from the broker: an empty retained message deletes the retained one.</summary>
    public void Remove(string topic) => Set(topic, []);

    /// <summary>Publishes the value of a topic again although it has not changed.</summary>
    public void Republish(string topic)
    {
        lock (_lock)
        {
            if (!_values.TryGetValue(topic, out Value? value))
                return;
            _values[topic] = value with { IsDirty = true, Revision = ++_revision };
        }

        signal.Set();
    }

    /// <summary>Publishes all values again, because a broker that has restarted may have lost them.</summary>
    public void MarkAll()
    {
        lock (_lock)
        {
            foreach (string topic in _values.Keys.ToArray())
                _values[topic] = _values[topic] with { IsDirty = true };
        }

        signal.Set();
    }

    /// <summary>The values that are to be published: removals first, then the oldest change first.</summary>
    public IReadOnlyList<RetainedState> Pending()
    {
        lock (_lock)
        {
            return
            [
                .. _values
                    .Where(pair => pair.Value.IsDirty)
                    .OrderBy(pair => pair.Value.Payload.Length > 0)
                    .ThenBy(pair => pair.Value.Revision)
                    .Select(pair => new RetainedState(pair.Key, pair.Value.Payload, pair.Value.Revision)),
            ];
        }
    }

    /// <summary>Whether a topic has a value that has not been removed.</summary>
    public bool HasValue(string topic)
    {
        lock (_lock)
            return _values.TryGetValue(topic, out Value? value) && value.Payload.Length > 0;
    }

    /// <summary>Whether a value is still the newest one of its topic.</summary>
    public bool IsCurrent(RetainedState state)
    {
        lock (_lock)
            return _values.TryGetValue(state.Topic, out Value? value) && value.Revision == state.Revision;
    }

    /// <summary>The broker has acknowledged a value. A topic that has changed in the meantime stays pending.</summary>
    public void MarkPublished(RetainedState state)
    {
        lock (_lock)
        {
            if (!_values.TryGetValue(state.Topic, out Value? value) || value.Revision != state.Revision)
                return;
            if (value.Payload.Length == 0)
                _values.Remove(state.Topic);
            else
                _values[state.Topic] = value with { IsDirty = false };
        }
    }

    private sealed record Value(byte[] Payload, long Revision, bool IsDirty);
}

/// <summary>A retained message that is to be published.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Payload">The payload; empty to remove the topic.</param>
/// <param name="Revision">Distinguishes this value of the topic from others.</param>
internal readonly record struct RetainedState(string Topic, byte[] Payload, long Revision);
