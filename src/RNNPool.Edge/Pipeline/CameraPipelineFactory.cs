using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline;

/// <summary>Creates the pipeline of a camera from the parts that all cameras share.</summary>
internal sealed class CameraPipelineFactory(
    DetectionEngine engine,
    EventDispatcher dispatcher,
    DeviceControls controls,
    CaptureMetrics captureMetrics,
    IOptions<CameraOptions> cameraOptions,
    ILive<PresenceOptions> presence,
    TimeProvider timeProvider,
    ILogger<CaptureLoop> captureLogger,
    ILogger<DetectionLoop> detectionLogger,
    IFrameGateFactory? gates = null
)
{
    /// <summary>Creates a pipeline; nothing is opened yet.</summary>
    /// <param name="camera">Creates the camera.</param>
    /// <param name="ports">The parts that the rest of the device reads; they belong to this camera alone.</param>
    public CameraPipeline Create(ICameraFactory camera, CameraPorts ports)
    {
        var demand = new FrameDemand();
        IFrameGate? gate = gates?.Create(demand);
        return new CameraPipeline
        {
            Name = camera.Name,
            Ports = ports,
            Gate = gate,
            Capture = new CaptureLoop(
                camera,
                ports.Frames,
                demand,
                ports.Status,
                controls,
                captureMetrics,
                cameraOptions.Value,
                timeProvider,
                captureLogger
            ),
            Detection = new DetectionLoop(
                ports.Frames,
                engine,
                new PresenceStage(camera.Name, engine.Labels, presence, controls, dispatcher, timeProvider),
                new FramePublisher(engine.Labels, controls, ports.Snapshots, ports.Tap),
                gate,
                controls,
                ports.Status,
                timeProvider,
                detectionLogger
            ),
        };
    }
}
