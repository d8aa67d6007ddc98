namespace RNNPool.Edge.Pipeline.Control;

public sealed partial class DeviceControls
{
    [LoggerMessage(1150, LogLevel.Information, "{What} is {Value} now, as {By} asked.")]
    private partial void LogChanged(string what, string value, string by);

    [LoggerMessage(1151, LogLevel.Warning, "Detection is off, as it was when the device stopped; it stays off until it is switched on.")]
    private partial void LogStoredOff();

    [LoggerMessage(
        1152,
        LogLevel.Warning,
        "{By} asks for a restart, but the device has run for {Seconds:0} s only; it restarts after {Limit:0} s at the earliest."
    )]
    private partial void LogRestartRefused(string by, double seconds, double limit);

    [LoggerMessage(1153, LogLevel.Error, "A subscriber to changes of {What} failed.")]
    private partial void LogHandlerFailed(string what, Exception exception);
}
