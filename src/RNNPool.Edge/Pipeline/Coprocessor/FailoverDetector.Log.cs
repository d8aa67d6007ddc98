namespace RNNPool.Edge.Pipeline.Coprocessor;

internal sealed partial class FailoverDetector
{
    [LoggerMessage(1700, LogLevel.Information, "Frames go to the coprocessor.")]
    private partial void LogCoprocessor();

    [LoggerMessage(1701, LogLevel.Warning, "Frames go to this machine's engine, {Engine}. {Reason}")]
    private partial void LogHost(string engine, string reason);

    [LoggerMessage(1702, LogLevel.Warning, "The coprocessor failed on a frame and is paused for {Pause:0.#} s. {Reason}")]
    private partial void LogFailed(string reason, double pause);
}
