namespace RNNPool.Edge.Sinks.Gpio;

internal sealed partial class PinService
{
    [LoggerMessage(1417, LogLevel.Warning, "The pin {Pin} shows label:{Label}, but the model has only these labels: {Labels}.")]
    private partial void LogUnknownLabel(string pin, string label, string labels);
}
