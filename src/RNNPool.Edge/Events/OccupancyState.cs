using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>
/// Holds the announced presences of all cameras and the occupancy that follows from them. Follows changes of the zones while the device
/// runs. Thread-safe.
/// </summary>
public sealed class OccupancyState : IDisposable
{
    // Held while handlers run, so that they receive the changes in order; the inner lock is never held while handlers run.
    private readonly Lock _order = new();
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, PresenceEvent> _presences = [];
    private readonly TimeProvider _timeProvider;
    private readonly IDisposable? _subscription;
    private string[] _zones = [];
    private bool _ignoreStationary;
    private volatile Occupancy _current;

    /// <param name="timeProvider">Clock for the times of states that no event causes.</param>
    /// <param name="settings">The zones, and whether stationary presences count.</param>
    public OccupancyState(TimeProvider timeProvider, ILive<PresenceOptions> settings)
        : this(timeProvider, settings.Current)
    {
        _subscription = settings.OnChange(Configure);
        Configure(settings.Current);
    }

    /// <param name="timeProvider">Clock for the times of states that no event causes.</param>
    /// <param name="settings">The zones, and whether stationary presences count; they do not change.</param>
    internal OccupancyState(TimeProvider timeProvider, PresenceOptions settings)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        ApplySettings(settings);
        _current = Evaluate([], TimeLabel.ToMilliseconds(timeProvider.GetUtcNow()));
    }

    /// <summary>
    /// Raised after every change, in order, on the thread that made it. Handlers must return quickly and must not throw.
    /// </summary>
    public event Action<Occupancy>? Changed;

    /// <summary>The present occupancy.</summary>
    public Occupancy Current => _current;

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

            return Publish(
                Evaluate(_current.Counts.Keys.Append(presenceEvent.Label), presenceEvent.Time) with
                {
                    MonotonicTime = presenceEvent.MonotonicTime,
                }
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _subscription?.Dispose();

    private void Configure(PresenceOptions settings)
    {
        lock (_order)
        {
            ApplySettings(settings);
            Publish(Evaluate(_current.Counts.Keys, TimeLabel.ToMilliseconds(_timeProvider.GetUtcNow())));
        }
    }

    private void ApplySettings(PresenceOptions settings)
    {
        _zones = [.. settings.Zones.Select(zone => zone.Name)];
        _ignoreStationary = settings.IgnoreStationary;
    }

    private Occupancy Publish(Occupancy next)
    {
        if (HasSameCounts(next.Counts, _current.Counts) && HasSameCounts(next.ZoneCounts, _current.ZoneCounts))
            return _current;
        _current = next;
        Changed?.Invoke(next);
        return next;
    }

    private Occupancy Evaluate(IEnumerable<string> knownLabels, DateTime time)
    {
        var labels = knownLabels.Distinct().Order(StringComparer.Ordinal).ToDictionary(label => label, _ => 0);
        var zones = _zones.ToDictionary(zone => zone, _ => 0);
        int count = 0;
        foreach (PresenceEvent presence in Presences())
        {
            if (presence.Stationary && _ignoreStationary)
                continue;
            count++;
            labels[presence.Label]++;

            // The pipeline ends presences of earlier settings a moment after the settings change; their zones may no longer exist.
            foreach (string zone in presence.Zones)
            {
                if (zones.TryGetValue(zone, out int present))
                    zones[zone] = present + 1;
            }
        }

        return new Occupancy(count > 0, count, labels, time) { ZoneCounts = zones };
    }

    private static bool HasSameCounts(IReadOnlyDictionary<string, int> next, IReadOnlyDictionary<string, int> previous) =>
        next.Count == previous.Count && next.All(pair => previous.TryGetValue(pair.Key, out int old) && old == pair.Value);
}
