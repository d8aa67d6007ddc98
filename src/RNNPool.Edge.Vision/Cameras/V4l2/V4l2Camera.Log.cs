using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Vision.Cameras.V4l2;

internal sealed partial class V4l2Camera
{
    [LoggerMessage(
        EventId = 2010,
        EventName = nameof(Opened),
        Level = LogLevel.Information,
        Message = "{Camera} is {Card}: {Format} {Width}x{Height} at {Rate:0.##} frames per second."
    )]
    private static partial void Opened(ILogger logger, string camera, string card, string format, uint width, uint height, double rate);
}
