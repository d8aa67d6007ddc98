namespace RNNPool.Edge.Gpio;

public sealed partial class OutputPinFactory
{
    [LoggerMessage(1400, LogLevel.Warning, "This machine has no GPIO chip: GPIO{Pin} is simulated, its changes are only logged.")]
    private partial void LogNoChip(int pin);

    [LoggerMessage(1401, LogLevel.Information, "GPIO{Pin} is simulated, as Gpio:Simulated asks: its changes are only logged.")]
    private partial void LogSimulated(int pin);
}
