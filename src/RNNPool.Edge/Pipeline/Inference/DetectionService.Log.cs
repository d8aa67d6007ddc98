namespace RNNPool.Edge.Pipeline.Inference;

public sealed partial class DetectionService
{
    [LoggerMessage(1100, LogLevel.Error, "The engine {Engine} failed on frame {Sequence}; going on with the next one.")]
    private partial void LogFailed(string engine, long sequence, Exception exception);

    [LoggerMessage(1101, LogLevel.Warning, "{Key} is '{Label}', which the model {Model} never finds; it finds: {Labels}.")]
    private partial void LogUnknownLabel(string key, string label, string model, string labels);
}
