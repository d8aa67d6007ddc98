using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>The most recent events, in memory. A new event replaces the oldest one. Thread-safe.</summary>
public sealed class EventHistory(IOptions<EventOptions> options)
{
    private readonly Lock _lock = new();
    private readonly PresenceEvent[] _ring = new PresenceEvent[options.Value.History];
    private long _added;

    /// <summary>The number of events since the start.</summary>
    public long Total
    {
        get
        {
            lock (_lock)
                return _added;
        }
    }

    /// <summary>Appends one event.</summary>
    public void Add(PresenceEvent presenceEvent)
    {
        lock (_lock)
            _ring[_added++ % _ring.Length] = presenceEvent;
    }

    /// <summary>Up to <paramref name="limit"/> events, newest first.</summary>
    public IReadOnlyList<PresenceEvent> Newest(int limit)
    {
        lock (_lock)
        {
            var count = (int)Math.Min(Math.Min(limit, _ring.Length), _added);
            var result = new PresenceEvent[count];
            for (int i = 0; i < count; i++)
                result[i] = _ring[(_added - 1 - i) % _ring.Length];
            return result;
        }
    }
}
