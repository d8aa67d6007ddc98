using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Vision.Cameras;

public sealed partial class ImagesCamera
{
    [LoggerMessage(EventId = 2001, EventName = "SkippedPicture", Level = LogLevel.Warning, Message = "Skipped a picture: {Complaint}")]
    private static partial void LogSkippedPicture(ILogger logger, string complaint);
}
