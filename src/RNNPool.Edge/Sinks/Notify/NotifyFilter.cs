using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>Selects the events that are notified. Not thread-safe.</summary>
internal sealed class NotifyFilter(NotifyOptions options, TimeProvider time)
{
    /// <summary>Most presences whose end is awaited.</summary>
    private const int MaxOpen = 256;

    private readonly Dictionary<string, long> _lastBegin = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>Whether an event is notified.</summary>
    public bool Admit(PresenceEvent presenceEvent)
    {
        switch (presenceEvent.Type)
        {
            case PresenceEventKind.End:
                return _open.Remove(presenceEvent.Id) && options.Ends && presenceEvent.Reason is PresenceEndReason.Gone or null;

            // A presence may enter a zone after its begin.
            case PresenceEventKind.Update when options.Zones.Length == 0 || _open.Contains(presenceEvent.Id):
                return false;
            default:
                return Fits(presenceEvent) && TryBegin(presenceEvent);
        }
    }

    private bool Fits(PresenceEvent presenceEvent) =>
        (options.Labels.Length == 0 || options.Labels.Contains(presenceEvent.Label, StringComparer.Ordinal))
        && (options.Zones.Length == 0 || presenceEvent.Zones.Any(zone => options.Zones.Contains(zone, StringComparer.Ordinal)));

    private bool TryBegin(PresenceEvent presenceEvent)
    {
        if (
            options.MinInterval > TimeSpan.Zero
            && _lastBegin.TryGetValue(presenceEvent.Camera, out long last)
            && time.GetElapsedTime(last) < options.MinInterval
        )
            return false;
        _lastBegin[presenceEvent.Camera] = time.GetTimestamp();
        if (_open.Count >= MaxOpen)
            _open.Clear();
        _open.Add(presenceEvent.Id);
        return true;
    }
}
