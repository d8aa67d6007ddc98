using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>The time and size of a frame, without its pixels.</summary>
/// <param name="Time">When it was captured.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
public readonly record struct FrameMetadata(FrameTime Time, int Width, int Height)
{
    /// <summary>The metadata of a frame.</summary>
    public static FrameMetadata From(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new FrameMetadata(frame.Time, frame.Width, frame.Height);
    }
}
