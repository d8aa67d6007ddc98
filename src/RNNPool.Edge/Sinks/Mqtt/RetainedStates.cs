using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// What the device's retained topics should hold. Only the newest value of a topic counts: while the broker is away values replace each other, and
/// every new connection publishes all of them. Thread-safe.
/// </summary>
internal sealed class RetainedStates(WorkSignal signal)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private long _revision;

    /// <summary>Sets what a topic holds; the same value again changes nothing.</summary>
    /// <returns>Whether the value is another one than before.</returns>
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

    /// <summary>Removes a topic from the broker: an empty retained message makes it forget the last one.</summary>
    public void Clear(string topic) => Set(topic, []);

    /// <summary>Publishes what a topic holds again, although it has not changed.</summary>
    public void Repeat(string topic)
    {
        lock (_lock)
        {
            if (!_values.TryGetValue(topic, out Value? value))
                return;
            _values[topic] = value with { IsDirty = true, Revision = ++_revision };
        }

        signal.Set();
    }

    /// <summary>Publishes again everything, as a broker that restarted may have forgotten it.</summary>
    public void MarkAll()
    {
        lock (_lock)
        {
            foreach (string topic in _values.Keys.ToArray())
                _values[topic] = _values[topic] with { IsDirty = true };
        }

        signal.Set();
    }

    /// <summary>The topics that are to be published, those that changed first at the front.</summary>
    public IReadOnlyList<RetainedState> Pending()
    {
        lock (_lock)
            return
            [
                .. _values
                    .Where(pair => pair.Value.IsDirty)
                    .OrderBy(pair => pair.Value.Revision)
                    .Select(pair => new RetainedState(pair.Key, pair.Value.Payload, pair.Value.Revision)),
            ];
    }

    /// <summary>The broker has a state now. A topic that has been cleared is forgotten; one that has changed meanwhile stays to be published.</summary>
    public void Done(RetainedState state)
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
/// <param name="Topic">Where.</param>
/// <param name="Payload">What; empty to clear the topic.</param>
/// <param name="Revision">Tells this value of the topic from others.</param>
internal readonly record struct RetainedState(string Topic, byte[] Payload, long Revision);
