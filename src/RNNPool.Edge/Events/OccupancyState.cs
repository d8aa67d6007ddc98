using System.Collections.Concurrent;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>
/// Holds the announced presences of all cameras, and the occupancy that follows from them: of the device, and of each camera. Follows
/// changes of the zones while the device runs. Thread-safe.
/// </summary>
public sealed class OccupancyState : IDisposable
{
    // Held while handlers run, so that they receive the changes in order; the inner lock is never held while handlers run.
    private readonly Lock _order = new();
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, PresenceEvent> _presences = [];
    private readonly TimeProvider _timeProvider;
    private readonly IDisposable? _subscription;
    private readonly ICameraZones? _cameraZones;
    private readonly ConcurrentDictionary<string, Occupancy> _cameras = new(StringComparer.Ordinal);
    private PresenceOptions _settings;
    private volatile Occupancy _current;

    /// <param name="timeProvider">Clock for the times of states that no event causes.</param>
    /// <param name="settings">The zones of the main camera, and whether stationary presences count.</param>
    /// <param name="zones">The zones of all cameras; null for those of <paramref name="settings"/>.</param>
    public OccupancyState(TimeProvider timeProvider, ILive<PresenceOptions> settings, ICameraZones? zones = null)
        : this(timeProvider, settings.Current)
    {
        _cameraZones = zones;
        _subscription = settings.OnChange(Configure);
        if (zones is not null)
            zones.Changed += OnZones;
        Configure(settings.Current);
    }

    /// <param name="timeProvider">Clock for the times of states that no event causes.</param>
    /// <param name="settings">The zones, and whether stationary presences count; they do not change.</param>
    internal OccupancyState(TimeProvider timeProvider, PresenceOptions settings)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        _settings = settings;
        _current = Evaluate(null, [], TimeLabel.ToMilliseconds(timeProvider.GetUtcNow()));
    }

    /// <summary>
    /// Raised after every change, in order, on the thread that made it. Handlers must return quickly and must not throw.
    /// </summary>
    public event Action<Occupancy>? Changed;

    /// <summary>The present occupancy of the device.</summary>
    public Occupancy Current => _current;

    /// <summary>The present occupancy of one camera, with its zones alone.</summary>
    /// <param name="camera">Name of the camera.</param>
    public Occupancy Find(string camera) => _cameras.GetOrAdd(camera, name => Evaluate(name, [], _current.Time));

    /// <summary>The last event of every announced presence, in the order of their announcement.</summary>
    public IReadOnlyList<PresenceEvent> Presences()
    {
        lock (_lock)
            return [.. _presences.Values];
    }

    /// <summary>Applies one event.</summary>
    /// <returns>The occupancy after it; the same object as before when the event does not change it.</returns>
    public Occupancy Apply(PresenceEvent presenceEvent)
    {
        ArgumentNullException.ThrowIfNull(presenceEvent);
        lock (_order)
        {
            lock (_lock)
            {
                if (presenceEvent.Type == PresenceEventKind.End)
                    _presences.Remove(presenceEvent.Id);
                else
                    _presences[presenceEvent.Id] = presenceEvent;
            }

            Update(presenceEvent.Camera, presenceEvent.Time, presenceEvent);
            return Publish(Evaluate(null, Labels(_current, presenceEvent), presenceEvent.Time), presenceEvent.MonotonicTime);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _subscription?.Dispose();
        if (_cameraZones is not null)
            _cameraZones.Changed -= OnZones;
    }

    private static IEnumerable<string> Labels(Occupancy? before, PresenceEvent? presenceEvent)
    {
        IEnumerable<string> known = before?.Counts.Keys ?? [];
        return presenceEvent is null ? known : known.Append(presenceEvent.Label);
    }

    private void OnZones() => Configure(_settings);

    private void Configure(PresenceOptions settings)
    {
        lock (_order)
        {
            _settings = settings;
            DateTime now = TimeLabel.ToMilliseconds(_timeProvider.GetUtcNow());
            foreach (string camera in _cameras.Keys)
                Update(camera, now, null);
            Publish(Evaluate(null, Labels(_current, null), now), null);
        }
    }

    // Before the occupancy of the device, whose handlers may read that of the camera.
    private void Update(string camera, DateTime time, PresenceEvent? presenceEvent)
    {
        Occupancy? before = _cameras.GetValueOrDefault(camera);
        Occupancy next = Evaluate(camera, Labels(before, presenceEvent), time) with { MonotonicTime = presenceEvent?.MonotonicTime };
        if (before is null || !IsSame(next, before))
            _cameras[camera] = next;
    }

    private Occupancy Publish(Occupancy next, TimeSpan? monotonicTime)
    {
        if (IsSame(next, _current))
            return _current;
        _current = next with { MonotonicTime = monotonicTime };
        Changed?.Invoke(_current);
        return _current;
    }

    /// <param name="camera">The camera whose presences count; null for all.</param>
    /// <param name="knownLabels">Labels to count.</param>
    /// <param name="time">Time of the change.</param>
    private Occupancy Evaluate(string? camera, IEnumerable<string> knownLabels, DateTime time)
    {
        var labels = knownLabels.Distinct().Order(StringComparer.Ordinal).ToDictionary(label => label, _ => 0);
        var zones = Zones(camera).ToDictionary(zone => zone, _ => 0);
        int count = 0;
        foreach (PresenceEvent presence in Presences())
        {
            if ((presence.Stationary && _settings.IgnoreStationary) || (camera is not null && presence.Camera != camera))
                continue;
            count++;
            labels[presence.Label] = labels.GetValueOrDefault(presence.Label) + 1;

            // The pipeline ends presences of earlier settings a moment after the settings change; their zones may no longer exist.
            foreach (string zone in presence.Zones)
            {
                if (zones.TryGetValue(zone, out int present))
                    zones[zone] = present + 1;
            }
        }

        return new Occupancy(count > 0, count, labels, time) { ZoneCounts = zones };
    }

    private IEnumerable<string> Zones(string? camera) =>
        _cameraZones is null ? _settings.Zones.Select(zone => zone.Name)
        : camera is null ? _cameraZones.All
        : _cameraZones.Find(camera);

    private static bool IsSame(Occupancy next, Occupancy previous) =>
        HasSameCounts(next.Counts, previous.Counts) && HasSameCounts(next.ZoneCounts, previous.ZoneCounts);

    private static bool HasSameCounts(IReadOnlyDictionary<string, int> next, IReadOnlyDictionary<string, int> previous) =>
        next.Count == previous.Count && next.All(pair => previous.TryGetValue(pair.Key, out int old) && old == pair.Value);
}
