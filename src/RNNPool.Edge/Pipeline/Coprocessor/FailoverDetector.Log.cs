namespace RNNPool.Edge.Pipeline.Coprocessor;

internal sealed partial class FailoverDetector
{
    [LoggerMessage(1700, LogLevel.Information, "The coprocessor processes the frames.")]
    private partial void LogCoprocessor();

    [LoggerMessage(1701, LogLevel.Warning, "The engine {Engine} of this machine processes the frames. {Reason}")]
    private partial void LogHost(string engine, string reason);

    [LoggerMessage(1702, LogLevel.Warning, "The coprocessor failed on a frame and is paused for {Pause:0.#} s. {Reason}")]
    private partial void LogFailed(string reason, double pause);
}
