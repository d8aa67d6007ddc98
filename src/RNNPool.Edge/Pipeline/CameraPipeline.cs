using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Inference;

namespace RNNPool.Edge.Pipeline;

/// <summary>
/// The pipeline of one camera, from frames to events: capture, slot, gate and detection. Several pipelines share one engine and one
/// dispatcher.
/// </summary>
internal sealed class CameraPipeline
{
    /// <summary>The parts that the rest of the device reads.</summary>
    public required CameraPorts Ports { get; init; }

    /// <summary>Selects the frames that the detector processes; null for all.</summary>
    public required IFrameGate? Gate { get; init; }

    /// <summary>Runs the camera.</summary>
    public required CaptureLoop Capture { get; init; }

    /// <summary>Runs the detector on its frames.</summary>
    public required DetectionLoop Detection { get; init; }

    /// <summary>Name of the camera, unique on the device.</summary>
    public string Name => Ports.Name;
}
