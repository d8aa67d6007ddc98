namespace RNNPool.Edge.Core;

/// <summary>The last durations of an operation, and their quantiles. Thread-safe; allocates nothing.</summary>
/// <param name="capacity">Number of durations that are kept.</param>
internal sealed class DurationWindow(int capacity = 128)
{
    private readonly Lock _lock = new();
    private readonly double[] _ring = new double[capacity];
    private readonly double[] _sorted = new double[capacity];
    private long _count;

    /// <summary>Number of durations since the start.</summary>
    public long Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    public void Add(TimeSpan duration)
    {
        lock (_lock)
            _ring[_count++ % _ring.Length] = duration.TotalMilliseconds;
    }

    /// <summary>The median in milliseconds; null before the first duration.</summary>
    public double? MedianMilliseconds()
    {
        lock (_lock)
        {
            ReadOnlySpan<double> sorted = Sorted();
            return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    /// <summary>The duration that this fraction of them does not exceed, in milliseconds (nearest rank); null before the first.</summary>
    public double? QuantileMilliseconds(double fraction)
    {
        lock (_lock)
        {
            ReadOnlySpan<double> sorted = Sorted();
            return sorted.Length == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(fraction * sorted.Length) - 1)];
        }
    }

    private ReadOnlySpan<double> Sorted()
    {
        Span<double> sorted = _sorted.AsSpan(0, (int)Math.Min(_count, _ring.Length));
        _ring.AsSpan(0, sorted.Length).CopyTo(sorted);
        sorted.Sort();
        return sorted;
    }
}
