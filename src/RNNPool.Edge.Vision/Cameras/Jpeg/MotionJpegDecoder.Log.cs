using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Vision.Cameras.Jpeg;

internal sealed partial class MotionJpegDecoder
{
    [LoggerMessage(
        EventId = 2011,
        EventName = "SkippedFrame",
        Level = LogLevel.Warning,
        Message = "{Camera}: skipped a damaged picture ({Reason}); further ones are only counted."
    )]
    private static partial void LogSkippedFrame(ILogger logger, string camera, string reason);

    [LoggerMessage(
        EventId = 2012,
        EventName = "StrayBytes",
        Level = LogLevel.Warning,
        Message = "{Camera}: every picture has stray bytes after its last block; they are ignored."
    )]
    private static partial void LogSurplus(ILogger logger, string camera);
}
