namespace RNNPool.Edge.Sinks.Gpio;

internal sealed partial class PinBoard
{
    [LoggerMessage(1410, LogLevel.Information, "{Pin} is open for {Source}; its level is {Level} while it is on.")]
    private partial void LogOpened(string pin, string source, string level);

    [LoggerMessage(1411, LogLevel.Information, "{Pin} {State} ({Level}).")]
    private partial void LogChanged(string pin, string state, string level);

    [LoggerMessage(1412, LogLevel.Information, "{Pin} was switched off and released.")]
    private partial void LogReleased(string pin);

    [LoggerMessage(1413, LogLevel.Error, "{Reason} The device runs without this pin and retries.")]
    private partial void LogFailed(string reason);

    [LoggerMessage(1414, LogLevel.Information, "{Pin} is open for {Function}; it {Decision} detection.")]
    private partial void LogInputOpened(string pin, PinFunction function, string decision);

    [LoggerMessage(1415, LogLevel.Information, "{Pin} {Decision} detection.")]
    private partial void LogInputChanged(string pin, string decision);

    [LoggerMessage(1416, LogLevel.Error, "{Reason} Detection stays off until this pin can be read.")]
    private partial void LogInputFailed(string reason);
}
