using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Pipeline.Camera;

internal sealed partial class CaptureLoop
{
    [LoggerMessage(1000, LogLevel.Information, "The camera {Source} delivers {Width}x{Height} {Format}.")]
    private partial void LogOpened(string source, int width, int height, PixelFormat format);

    [LoggerMessage(1001, LogLevel.Warning, "The camera {Source} is lost: {Reason}")]
    private partial void LogLost(string source, string reason);

    [LoggerMessage(1002, LogLevel.Information, "The camera {Source} has ended.")]
    private partial void LogEnded(string source);

    [LoggerMessage(1003, LogLevel.Warning, "The camera {Source} could not be closed: {Reason}")]
    private partial void LogNotClosed(string source, string reason);

    [LoggerMessage(1004, LogLevel.Information, "The camera {Source} is opened again in {Seconds:0.#} s.")]
    private partial void LogReopening(string source, double seconds);

    [LoggerMessage(1005, LogLevel.Error, "The camera {Source} does not close and is not opened a second time: {Reason}")]
    private partial void LogStuck(string source, string reason);

    [LoggerMessage(1006, LogLevel.Information, "The camera {Source} has closed and can be opened again.")]
    private partial void LogFree(string source);

    [LoggerMessage(1020, LogLevel.Information, "No camera is configured. Open the page to choose one, or set Camera:Source.")]
    private partial void LogUnconfigured();
}
