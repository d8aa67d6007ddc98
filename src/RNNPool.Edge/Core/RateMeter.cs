namespace RNNPool.Edge.Core;

/// <summary>
/// The rate of an event over its last 32 occurrences. It falls when no further ones follow. Thread-safe; allocates nothing.
/// </summary>
internal sealed class RateMeter(TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly long[] _ring = new long[32];
    private long _count;

    public void Mark()
    {
        long now = timeProvider.GetTimestamp();
        lock (_lock)
            _ring[_count++ % _ring.Length] = now;
    }

    /// <summary>Occurrences per second; 0 before the second one.</summary>
    public double PerSecond()
    {
        lock (_lock)
        {
            int kept = (int)Math.Min(_count, _ring.Length);
            if (kept < 2)
                return 0;
            long newest = _ring[(_count - 1) % _ring.Length];
            long oldest = _ring[(_count - kept) % _ring.Length];
            double span = timeProvider.GetElapsedTime(oldest, newest).TotalSeconds;
            double silence = timeProvider.GetElapsedTime(newest).TotalSeconds;
            double period = span / (kept - 1);

            // A pause longer than usual counts as part of the span, so that the rate of a source that has stopped falls.
            if (silence > period)
                span += silence - period;
            return span > 0 ? (kept - 1) / span : 0;
        }
    }
}
