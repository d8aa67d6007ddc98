namespace RNNPool.Edge.Vision.Frames;

/// <summary>
/// When a frame was captured, by two clocks. The wall clock may be set at any moment, on a machine without a battery-backed clock by
/// decades: it is a label only. Durations and deadlines are differences of <paramref name="Monotonic"/>.
/// </summary>
/// <param name="Monotonic">Time since an arbitrary origin that is fixed while the process runs. It never decreases.</param>
/// <param name="Wall">The wall clock (UTC).</param>
public readonly record struct FrameTime(TimeSpan Monotonic, DateTimeOffset Wall)
{
    /// <summary>The present moment.</summary>
    public static FrameTime Now(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);

        // In whole numbers: a product of floating-point numbers would round a timestamp of some months.
        (long seconds, long rest) = Math.DivRem(timeProvider.GetTimestamp(), timeProvider.TimestampFrequency);
        long ticks = (seconds * TimeSpan.TicksPerSecond) + (rest * TimeSpan.TicksPerSecond / timeProvider.TimestampFrequency);
        return new FrameTime(TimeSpan.FromTicks(ticks), timeProvider.GetUtcNow());
    }

    /// <summary>The monotonic time from <paramref name="earlier"/> to this moment.</summary>
    public TimeSpan Since(in FrameTime earlier) => Monotonic - earlier.Monotonic;
}
