namespace RNNPool.Edge.Vision.Tracking;

/// <summary>
/// Estimates the time between frames as the median of the last intervals, so that a single gap has no effect. A limit in seconds may be
/// shorter than the interval of a slow camera: time without a frame shows that an object is gone only when frames are overdue. Allocates
/// nothing per frame.
/// </summary>
internal sealed class FrameIntervals
{
    /// <summary>Intervals count as at most this long: the period of the lowest rate that is allowed, 0.1 frames per second.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(10);

    /// <summary>Frames are overdue after this many intervals.</summary>
    private const int Overdue = 3;

    private readonly TimeSpan[] _ring = new TimeSpan[5];
    private readonly TimeSpan[] _sorted = new TimeSpan[5];
    private TimeSpan? _last;
    private int _count;

    /// <summary>Whether an interval has been measured.</summary>
    public bool IsKnown => _count > 0;

    /// <summary>Time without a frame after which frames are overdue.</summary>
    public TimeSpan Silence { get; private set; } = Overdue * Max;

    /// <summary>Adds a frame.</summary>
    /// <param name="monotonic">Its monotonic time.</param>
    public void Add(TimeSpan monotonic)
    {
        if (_last is { } last && monotonic > last)
        {
            TimeSpan interval = monotonic - last;
            _ring[_count++ % _ring.Length] = interval < Max ? interval : Max;
            Silence = Overdue * Median();
        }

        _last = monotonic;
    }

    /// <summary>Starts a new series: the time before the next frame is not an interval.</summary>
    public void Break() => _last = null;

    private TimeSpan Median()
    {
        int length = Math.Min(_count, _ring.Length);
        Span<TimeSpan> sorted = _sorted.AsSpan(0, length);
        _ring.AsSpan(0, length).CopyTo(sorted);
        sorted.Sort();
        return sorted[length / 2];
    }
}
