using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>Whether anything is there, and how much of it. Published as the retained MQTT state.</summary>
/// <param name="Occupied">True while at least one presence is announced that counts.</param>
/// <param name="Count">How many presences there are, of all labels; stationary ones only when they are not ignored.</param>
/// <param name="Counts">How many there are of each label seen so far.</param>
/// <param name="Time">When this last changed (UTC).</param>
public sealed record Occupancy(bool Occupied, int Count, IReadOnlyDictionary<string, int> Counts, DateTime Time)
{
    /// <summary>How many presences there are in each zone, of all labels; every zone of the settings is there.</summary>
    public IReadOnlyDictionary<string, int> ZoneCounts { get; init; } = new Dictionary<string, int>();
}

/// <summary>An event together with the occupancy that it leads to.</summary>
/// <param name="Message">The event.</param>
/// <param name="Occupancy">What holds after it.</param>
public sealed record DeviceEvent(EventMessage Message, Occupancy Occupancy);

/// <summary>Keeps the announced presences and the occupancy that follows from them. Thread-safe.</summary>
public sealed class OccupancyState
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, EventMessage> _presences = [];
    private readonly string[] _zones;
    private readonly bool _ignoreStationary;
    private Occupancy _current;

    /// <param name="timeProvider">Tells the time of the first state.</param>
    /// <param name="options">The zones, and whether stationary presences count; null for no zones.</param>
    public OccupancyState(TimeProvider timeProvider, IOptions<PresenceOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        PresenceOptions presence = options?.Value ?? new PresenceOptions();
        (_zones, _ignoreStationary) = ([.. presence.Zones.Select(zone => zone.Name)], presence.IgnoreStationary);
        _current = new Occupancy(false, 0, new Dictionary<string, int>(), EventMessage.Milliseconds(timeProvider.GetUtcNow()))
        {
            ZoneCounts = _zones.ToDictionary(zone => zone, _ => 0),
        };
    }

    /// <summary>Raised with what holds now after every change, in order, by the thread of the pipeline: handlers must be quick and must not throw.</summary>
    public event Action<Occupancy>? Changed;

    /// <summary>What holds now.</summary>
    public Occupancy Current
    {
        get
        {
            lock (_lock)
                return _current;
        }
    }

    /// <summary>The last event of every announced presence, oldest presence first.</summary>
    public IReadOnlyList<EventMessage> Presences()
    {
        lock (_lock)
            return [.. _presences.Values.OrderBy(p => p.StartTime)];
    }

    /// <summary>Takes in one event and returns it with the occupancy that it leads to. One caller at a time.</summary>
    public DeviceEvent Apply(EventMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Occupancy next;
        lock (_lock)
        {
            if (message.Type == PresenceEventKind.End)
                _presences.Remove(message.Id);
            else
                _presences[message.Id] = message;
            next = Count(message);
            if (Same(next.Counts, _current.Counts) && Same(next.ZoneCounts, _current.ZoneCounts))
                return new DeviceEvent(message, _current);
            _current = next;
        }

        Changed?.Invoke(next);
        return new DeviceEvent(message, next);
    }

    private Occupancy Count(EventMessage message)
    {
        var labels = _current
            .Counts.Keys.Append(message.Label)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToDictionary(label => label, _ => 0);
        var zones = _zones.ToDictionary(zone => zone, _ => 0);
        int count = 0;
        foreach (EventMessage presence in _presences.Values)
        {
            if (presence.Stationary && _ignoreStationary)
                continue;
            count++;
            labels[presence.Label]++;
            foreach (string zone in presence.Zones)
                zones[zone] = zones.GetValueOrDefault(zone) + 1;
        }

        return new Occupancy(count > 0, count, labels, message.Time) { ZoneCounts = zones };
    }

    private static bool Same(IReadOnlyDictionary<string, int> now, IReadOnlyDictionary<string, int> then) =>
        now.Count == then.Count && now.All(pair => then.TryGetValue(pair.Key, out int old) && old == pair.Value);
}
