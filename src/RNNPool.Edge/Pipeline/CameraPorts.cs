using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline;

/// <summary>The parts of one camera's pipeline that the rest of the device reads. They exist before the model is loaded.</summary>
/// <param name="Camera">Creates the camera.</param>
/// <param name="Frames">The slot between capture and detection.</param>
/// <param name="Status">The state of camera and detection.</param>
/// <param name="Tap">Subscribers to frames.</param>
/// <param name="Snapshots">Pictures on demand.</param>
internal sealed record CameraPorts(ICameraFactory Camera, FrameSlot Frames, PipelineStatus Status, FrameTap Tap, SnapshotSource Snapshots)
{
    /// <summary>Frames before they are rotated, mirrored and cropped.</summary>
    public RawFrames Raw { get; } = new();

    /// <summary>Whether the camera shows anything useful.</summary>
    public PictureWatch Picture { get; } = new();

    /// <summary>Name of the camera in events, unique on the device.</summary>
    public string Name => Camera.Name;
}
