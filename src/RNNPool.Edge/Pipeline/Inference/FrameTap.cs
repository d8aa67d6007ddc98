using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>Somebody who looks at frames on their way through the pipeline.</summary>
internal interface IFrameViewer
{
    /// <summary>Whether the next frame is wanted. Asked for every frame: it must not wait, allocate or throw.</summary>
    bool WantsFrame { get; }

    /// <summary>Shows a frame that was wanted, with what was detected on it. Both are only lent: what is needed later must be copied, and quickly.</summary>
    void See(Frame frame, ReadOnlySpan<Detection> detections);
}

/// <summary>
/// Where those who look at frames are let at them: the pipeline lends every frame that somebody wants, and pays nothing while nobody does. Thread-safe.
/// </summary>
internal sealed class FrameTap
{
    private readonly Lock _lock = new();
    private volatile IFrameViewer[] _viewers = [];

    /// <summary>Whether somebody wants the frame at hand.</summary>
    public bool Wanted
    {
        get
        {
            foreach (IFrameViewer viewer in _viewers)
            {
                if (viewer.WantsFrame)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Asks this viewer from the next frame on.</summary>
    public void Add(IFrameViewer viewer)
    {
        lock (_lock)
            _viewers = [.. _viewers, viewer];
    }

    /// <summary>Asks this viewer no more; a frame that is being lent may still reach it.</summary>
    public void Remove(IFrameViewer viewer)
    {
        lock (_lock)
            _viewers = [.. _viewers.Where(other => !ReferenceEquals(other, viewer))];
    }

    /// <summary>Lends a frame to those who want it. Called by the pipeline.</summary>
    public void Lend(Frame frame, ReadOnlySpan<Detection> detections)
    {
        foreach (IFrameViewer viewer in _viewers)
        {
            if (viewer.WantsFrame)
                viewer.See(frame, detections);
        }
    }
}
