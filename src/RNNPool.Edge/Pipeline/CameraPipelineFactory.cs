using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Pictures;

namespace RNNPool.Edge.Pipeline;

/// <summary>Creates the pipeline of a camera from the parts that all cameras share.</summary>
internal sealed class CameraPipelineFactory(
    DetectionEngine engine,
    EventDispatcher dispatcher,
    DeviceControls controls,
    CaptureMetrics captureMetrics,
    OccupancyState occupancy,
    MotionSensor sensor,
    CameraSettings settings,
    TimeProvider timeProvider,
    ILogger<CaptureLoop> captureLogger,
    ILogger<DetectionLoop> detectionLogger,
    IFrameGateFactory? gates = null,
    PresencePictures? pictures = null
)
{
    /// <summary>Creates a pipeline; nothing is opened yet.</summary>
    /// <param name="ports">The parts of this camera that the rest of the device reads.</param>
    /// <param name="isOnly">Whether the device has no other camera; its metrics then have no label of the camera.</param>
    public CameraPipeline Create(CameraPorts ports, bool isOnly)
    {
        var demand = new FrameDemand(sensor, occupancy);
        IFrameGate? gate = gates?.Create(demand, settings.Masks(ports.Name));
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
                isOnly ? captureMetrics : captureMetrics.For(ports.Name),
                settings.Capture(ports.Name),
                timeProvider,
                captureLogger
            ),
            Detection = new DetectionLoop(
                ports.Frames,
                engine,
                new PresenceStage(ports.Name, engine.Labels, settings.Presence(ports.Name), controls, dispatcher, timeProvider),
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
