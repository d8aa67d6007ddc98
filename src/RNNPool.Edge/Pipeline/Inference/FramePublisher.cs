using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>Offers the frames of one camera to snapshots and viewers, unless an input pin requests privacy.</summary>
internal sealed class FramePublisher(IReadOnlyList<string> labels, DeviceControls controls, SnapshotSource snapshots, FrameTap tap)
{
    /// <summary>Offers a frame with its detections. Both are valid during the call only.</summary>
    public void Publish(Frame frame, ReadOnlySpan<Detection> detections)
    {
        if (controls.InputPrivacy)
            return;
        if (snapshots.Wanted)
            snapshots.Offer(frame, detections, labels);
        if (tap.Wanted)
            tap.Lend(frame, detections);
    }
}
