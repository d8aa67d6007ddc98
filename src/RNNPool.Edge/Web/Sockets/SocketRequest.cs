namespace RNNPool.Edge.Web.Sockets;

/// <summary>A text message of a window; members that are missing change nothing.</summary>
/// <param name="Log">Whether messages of the log are sent.</param>
/// <param name="Width">Widest picture in pixels.</param>
/// <param name="Fps">Pictures per second at most; 0 ends them, another value begins them again.</param>
/// <param name="Shown">Whether the window has shown the last picture, so that the next one may be sent.</param>
/// <param name="Camera">Name of the camera whose detections and pictures are sent; at first the main one.</param>
internal sealed record SocketRequest(bool? Log = null, int? Width = null, double? Fps = null, bool? Shown = null, string? Camera = null);

/// <summary>There are no pictures until they are requested again.</summary>
/// <param name="Message">The reason, one sentence.</param>
internal sealed record RefusalReport(string Message);
