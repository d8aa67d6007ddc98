namespace RNNPool.Edge.Pipeline.Control;

public sealed partial class DeviceControls
{
    [LoggerMessage(1150, LogLevel.Information, "{By} changed {What} to {Value}.")]
    private partial void LogChanged(string what, string value, string by);

    [LoggerMessage(
        1151,
        LogLevel.Warning,
        "Detection is off, because it was off when the device stopped. It stays off until it is switched on."
    )]
    private partial void LogStoredOff();

    [LoggerMessage(
        1152,
        LogLevel.Warning,
        "The restart that {By} requested was refused: the device has run for {Seconds:0} s, and the minimum is {Limit:0} s."
    )]
    private partial void LogRestartRefused(string by, double seconds, double limit);

    [LoggerMessage(1153, LogLevel.Error, "A subscriber to changes of {What} failed.")]
    private partial void LogHandlerFailed(string what, Exception exception);
}
