namespace RNNPool.Edge.Core;

/// <summary>When the device started.</summary>
public sealed class DeviceStart
{
    private readonly TimeProvider _timeProvider;
    private readonly long _started;

    /// <summary>Records the present time as the start.</summary>
    public DeviceStart(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        _started = timeProvider.GetTimestamp();
        Time = timeProvider.GetUtcNow();
    }

    /// <summary>The time of the start (UTC).</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Uptime => _timeProvider.GetElapsedTime(_started);
}
