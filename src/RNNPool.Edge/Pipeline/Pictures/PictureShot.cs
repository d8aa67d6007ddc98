using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Pipeline.Pictures;

/// <summary>A copy of a frame that the pictures of one or more presences share. Not thread-safe.</summary>
/// <param name="frame">The copy; it belongs to the shot.</param>
/// <param name="blurred">Areas to blur; null for no blurring.</param>
internal sealed class PictureShot(Frame frame, BoundingBox[]? blurred)
{
    private int _users;

    /// <summary>The frame.</summary>
    public Frame Frame { get; } = frame;

    /// <summary>Areas to blur; null for no blurring.</summary>
    public BoundingBox[]? Blurred { get; } = blurred;

    /// <summary>Adds a user.</summary>
    public PictureShot Share()
    {
        _users++;
        return this;
    }

    /// <summary>Removes a user; the last one returns the frame to its pool.</summary>
    public void Release()
    {
        if (--_users == 0)
            Frame.Dispose();
    }
}
