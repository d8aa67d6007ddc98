namespace RNNPool.Edge.Sinks.Gpio;

internal sealed partial class PinService
{
    [LoggerMessage(
        1417,
        LogLevel.Warning,
        "The pin {Pin} has the source label:{Label}, which is not a label of the model; its labels are: {Labels}."
    )]
    private partial void LogUnknownLabel(string pin, string label, string labels);
}
