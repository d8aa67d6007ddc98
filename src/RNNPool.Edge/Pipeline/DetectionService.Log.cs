namespace RNNPool.Edge.Pipeline;

public sealed partial class DetectionService
{
    [LoggerMessage(1100, LogLevel.Error, "The engine {Engine} failed on frame {Sequence}; going on with the next one.")]
    private partial void LogFailed(string engine, long sequence, Exception exception);
}
