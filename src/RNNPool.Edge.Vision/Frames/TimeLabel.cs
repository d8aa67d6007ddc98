namespace RNNPool.Edge.Vision.Frames;

/// <summary>The form in which times leave the device.</summary>
public static class TimeLabel
{
    /// <summary>The time in UTC, truncated to milliseconds.</summary>
    public static DateTime ToMilliseconds(DateTimeOffset time)
    {
        DateTime utc = time.UtcDateTime;
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
