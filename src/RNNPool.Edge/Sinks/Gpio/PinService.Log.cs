namespace RNNPool.Edge.Sinks.Gpio;

public sealed partial class PinService
{
    [LoggerMessage(1410, LogLevel.Information, "{Pin} is ready; it shows {Source} and is {Level} when it is on.")]
    private partial void LogOpened(string pin, string source, string level);

    [LoggerMessage(1411, LogLevel.Information, "{Pin} {State} ({Level}).")]
    private partial void LogChanged(string pin, string state, string level);

    [LoggerMessage(1412, LogLevel.Information, "{Pin} off and released.")]
    private partial void LogReleased(string pin);

    [LoggerMessage(1413, LogLevel.Error, "{Reason} The device goes on without this pin and tries it again.")]
    private partial void LogFailed(string reason);

    [LoggerMessage(1414, LogLevel.Information, "{Pin} is ready for {Function}; it {Decision} detection now.")]
    private partial void LogInputOpened(string pin, PinFunction function, string decision);

    [LoggerMessage(1415, LogLevel.Information, "{Pin} {Decision} detection now.")]
    private partial void LogInputChanged(string pin, string decision);

    [LoggerMessage(1416, LogLevel.Error, "{Reason} Detection stays off until this pin can be read.")]
    private partial void LogInputFailed(string reason);

    [LoggerMessage(1417, LogLevel.Warning, "The pin {Pin} shows label:{Label}, which the model never finds; it finds: {Labels}.")]
    private partial void LogUnknownLabel(string pin, string label, string labels);
}
