using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Capture;

public sealed partial class CaptureService
{
    [LoggerMessage(1000, LogLevel.Information, "The camera {Source} delivers {Width}x{Height} {Format}.")]
    private partial void LogOpened(string source, int width, int height, PixelFormat format);

    [LoggerMessage(1001, LogLevel.Warning, "The camera {Source} is lost: {Reason} Opening it again in {Seconds:0.#} s.")]
    private partial void LogLost(string source, string reason, double seconds);

    [LoggerMessage(1002, LogLevel.Information, "The camera {Source} has come to its end.")]
    private partial void LogEnded(string source);

    [LoggerMessage(1003, LogLevel.Warning, "The camera {Source} could not be closed: {Reason}")]
    private partial void LogNotClosed(string source, string reason);
}
