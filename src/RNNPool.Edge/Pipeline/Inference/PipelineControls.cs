using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>What decides, frame by frame, what the pipeline does with it.</summary>
/// <param name="Device">Switches and threshold.</param>
/// <param name="Snapshots">Those who wait for a picture.</param>
/// <param name="Gate">Whether a frame is worth an inference; null for every frame.</param>
/// <param name="Settings">Presence's settings as they are now; null when they do not change.</param>
public sealed record PipelineControls(
    DeviceControls Device,
    SnapshotSource Snapshots,
    IFrameGate? Gate = null,
    ILive<PresenceOptions>? Settings = null
)
{
    /// <summary>Those who look at frames.</summary>
    internal FrameTap Tap { get; init; } = new();
}
