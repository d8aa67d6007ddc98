using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>Whether anything is there, and how much of it. Published as the retained MQTT state.</summary>
/// <param name="Occupied">True while at least one presence is announced.</param>
/// <param name="Count">How many presences there are, of all labels.</param>
/// <param name="Counts">How many there are of each label seen so far.</param>
/// <param name="Time">When this last changed (UTC).</param>
public sealed record Occupancy(bool Occupied, int Count, IReadOnlyDictionary<string, int> Counts, DateTime Time);

/// <summary>An event together with the occupancy that it leads to.</summary>
/// <param name="Message">The event.</param>
/// <param name="Occupancy">What holds after it.</param>
public sealed record DeviceEvent(EventMessage Message, Occupancy Occupancy);

/// <summary>Keeps the announced presences and the occupancy that follows from them. Thread-safe.</summary>
public sealed class OccupancyState(TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, EventMessage> _presences = [];
    private Occupancy _current = new(false, 0, new Dictionary<string, int>(), EventMessage.Milliseconds(timeProvider.GetUtcNow()));

    /// <summary>What holds now.</summary>
    public Occupancy Current
    {
        get
        {
            lock (_lock) return _current;
        }
    }

    /// <summary>The last event of every announced presence, oldest presence first.</summary>
    public IReadOnlyList<EventMessage> Presences()
    {
        lock (_lock) return [.. _presences.Values.OrderBy(p => p.StartTime)];
    }

    /// <summary>Takes in one event and returns it with the occupancy that it leads to.</summary>
    public DeviceEvent Apply(EventMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (_lock)
        {
            if (message.Type == PresenceEventKind.End) _presences.Remove(message.Id);
            else _presences[message.Id] = message;

            var counts = _current.Counts.Keys.Append(message.Label).Distinct().Order(StringComparer.Ordinal).ToDictionary(label => label, _ => 0);
            foreach (EventMessage presence in _presences.Values) counts[presence.Label]++;
            bool same = counts.Count == _current.Counts.Count && counts.All(pair => _current.Counts.TryGetValue(pair.Key, out int old) && old == pair.Value);
            if (!same) _current = new Occupancy(_presences.Count > 0, _presences.Count, counts, message.Time);
            return new DeviceEvent(message, _current);
        }
    }
}
