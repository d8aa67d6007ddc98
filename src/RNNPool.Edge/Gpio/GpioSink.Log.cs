namespace RNNPool.Edge.Gpio;

public sealed partial class GpioSink
{
    [LoggerMessage(1410, LogLevel.Information, "{Pin} is ready; it is {ActiveLevel} while something is there.")]
    private partial void LogOpened(string pin, string activeLevel);

    [LoggerMessage(1411, LogLevel.Information, "{Pin} {State} ({Level}).")]
    private partial void LogChanged(string pin, string state, string level);

    [LoggerMessage(1412, LogLevel.Information, "{Pin} off and released.")]
    private partial void LogReleased(string pin);
}
