using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>A subscriber to the frames of a pipeline.</summary>
internal interface IFrameViewer
{
    /// <summary>Whether the viewer needs the next frame. Read for every frame: it must not wait, allocate or throw.</summary>
    bool WantsFrame { get; }

    /// <summary>
    /// Receives a requested frame with its detections. Both are valid during the call only; a viewer copies what it needs, and returns
    /// quickly.
    /// </summary>
    void OnFrame(Frame frame, ReadOnlySpan<Detection> detections);
}

/// <summary>
/// Lends the frames of a pipeline to its viewers. Lends only the frames that a viewer requests, and costs nothing while there is no
/// request. Thread-safe.
/// </summary>
internal sealed class FrameTap
{
    private readonly Lock _lock = new();
    private volatile IFrameViewer[] _viewers = [];

    /// <summary>Whether a viewer needs the current frame.</summary>
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

    /// <summary>Adds a viewer, from the next frame on.</summary>
    public void Add(IFrameViewer viewer)
    {
        lock (_lock)
            _viewers = [.. _viewers, viewer];
    }

    /// <summary>Removes a viewer. A frame that is being lent may still reach it.</summary>
    public void Remove(IFrameViewer viewer)
    {
        lock (_lock)
            _viewers = [.. _viewers.Where(other => !ReferenceEquals(other, viewer))];
    }

    /// <summary>Lends a frame to the viewers that need it. Called by the pipeline.</summary>
    public void Lend(Frame frame, ReadOnlySpan<Detection> detections)
    {
        foreach (IFrameViewer viewer in _viewers)
        {
            if (viewer.WantsFrame)
                viewer.OnFrame(frame, detections);
        }
    }
}
