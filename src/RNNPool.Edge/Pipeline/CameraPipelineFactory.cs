using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline;

/// <summary>Creates the pipeline of a camera from the parts that all cameras share.</summary>
internal sealed class CameraPipelineFactory(
    DetectionEngine engine,
    EventDispatcher dispatcher,
    DeviceControls controls,
    CaptureMetrics captureMetrics,
    OccupancyState occupancy,
    MotionSensor sensor,
    IOptions<CameraOptions> cameraOptions,
    ILive<PresenceOptions> presence,
    TimeProvider timeProvider,
    ILogger<CaptureLoop> captureLogger,
    ILogger<DetectionLoop> detectionLogger,
    IFrameGateFactory? gates = null,
    PresencePictures? pictures = null
)
{
    /// <summary>Creates a pipeline; nothing is opened yet.</summary>
    /// <param name="ports">The parts of this camera that the rest of the device reads.</param>
    public CameraPipeline Create(CameraPorts ports)
    {
        var demand = new FrameDemand(sensor, occupancy);
        IFrameGate? gate = gates?.Create(demand);
        return new CameraPipeline
        {
            Ports = ports,
            Gate = gate,
            Capture = new CaptureLoop(
                ports.Camera,
                ports.Frames,
                ports.Raw,
                ports.Picture,
                demand,
                sensor,
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
                new PresenceStage(ports.Name, engine.Labels, presence, controls, dispatcher, timeProvider),
                new FramePublisher(engine.Labels, controls, ports.Snapshots, ports.Tap),
                pictures,
                gate,
                controls,
                ports.Status,
                timeProvider,
                detectionLogger
            ),
        };
    }
}
