using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Events;

/// <summary>The most recent events, in memory. Thread-safe; the oldest makes room for the newest.</summary>
public sealed class EventHistory(IOptions<EventOptions> options)
{
    private readonly Lock _lock = new();
    private readonly EventMessage[] _ring = new EventMessage[options.Value.History];
    private long _added;

    /// <summary>How many events there have been since the start.</summary>
    public long Total
    {
        get
        {
            lock (_lock)
                return _added;
        }
    }

    /// <summary>Appends one event.</summary>
    public void Add(EventMessage message)
    {
        lock (_lock)
            _ring[_added++ % _ring.Length] = message;
    }

    /// <summary>Up to <paramref name="limit"/> events, newest first.</summary>
    public IReadOnlyList<EventMessage> Newest(int limit)
    {
        lock (_lock)
        {
            var count = (int)Math.Min(Math.Min(limit, _ring.Length), _added);
            var result = new EventMessage[count];
            for (int i = 0; i < count; i++)
                result[i] = _ring[(_added - 1 - i) % _ring.Length];
            return result;
        }
    }
}
