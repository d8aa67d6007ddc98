using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>What presence needs to know of a frame, without its pixels.</summary>
/// <param name="Timestamp">When it was captured (UTC).</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
public readonly record struct FrameMetadata(DateTimeOffset Timestamp, int Width, int Height)
{
    /// <summary>The metadata of a frame.</summary>
    public static FrameMetadata Of(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new FrameMetadata(frame.Timestamp, frame.Width, frame.Height);
    }
}
