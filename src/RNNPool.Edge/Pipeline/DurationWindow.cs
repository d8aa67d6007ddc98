namespace RNNPool.Edge.Pipeline;

/// <summary>The median of the last 128 durations. Thread-safe; adding allocates nothing.</summary>
internal sealed class DurationWindow
{
    private readonly Lock _lock = new();
    private readonly double[] _ring = new double[128];
    private long _count;

    public void Add(TimeSpan duration)
    {
        lock (_lock) _ring[_count++ % _ring.Length] = duration.TotalMilliseconds;
    }

    /// <summary>The median in milliseconds; null before the first duration.</summary>
    public double? MedianMilliseconds()
    {
        double[] sorted;
        lock (_lock) sorted = _ring[..(int)Math.Min(_count, _ring.Length)];
        if (sorted.Length == 0) return null;
        Array.Sort(sorted);
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
