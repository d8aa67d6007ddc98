using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Status;

namespace RNNPool.Edge.Health;

/// <summary>A loop that must go round for the device to be alive, such as that of the MQTT connection.</summary>
public interface IHeartbeat
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Time since it last went round.</summary>
    TimeSpan Age { get; }

    /// <summary>Longest time that one round may take.</summary>
    TimeSpan Limit { get; }
}

/// <summary>
/// Whether the pipeline moves. That is another question than whether the device is well: a camera that is unplugged, and tried again
/// every few seconds, is bad health, but nothing that killing the process would mend; a loop that does not come round any more is.
/// </summary>
public sealed class PipelineLiveness(
    PipelineStatus status,
    IOptionsMonitor<HealthOptions> health,
    IOptions<CameraOptions> camera,
    IEnumerable<IHealthSource> sources,
    IEnumerable<IHeartbeat> heartbeats
)
{
    private readonly IHealthSource[] _sources = [.. sources];
    private readonly IHeartbeat[] _heartbeats = [.. heartbeats];

    /// <summary>Why the pipeline does not move, as one sentence; null while it does.</summary>
    public string? StandsStill()
    {
        HealthOptions limits = health.CurrentValue;
        if (status.LoopAge > limits.MaxInferenceAge)
            return $"The detector's loop has not come round for {status.LoopAge.TotalSeconds:0.0} s.";

        // Between two attempts to open the camera lies one pause, and an attempt may take as long as a frame may.
        TimeSpan patience =
            limits.MaxFrameAge
            + camera.Value.OpenTimeout
            + (status.Camera == CameraState.Open ? TimeSpan.Zero : camera.Value.MaxReopenDelay);
        if (status.Camera != CameraState.Ended && status.CaptureAge > patience)
            return $"The camera's loop has not come round for {status.CaptureAge.TotalSeconds:0.0} s.";

        // Frames come and nothing comes of them, and no part knows why or is about to mend it.
        bool expected = status.Pause is not null || _sources.Any(source => source.Failure is not null);
        if (!expected && status.FrameAge <= limits.MaxFrameAge && status.InferenceAge > limits.MaxInferenceAge * 2)
            return $"Frames come, but the last inference is {status.InferenceAge.TotalSeconds:0.0} s old.";

        return _heartbeats.FirstOrDefault(heartbeat => heartbeat.Age > heartbeat.Limit) is { } late
            ? $"The loop of {late.Name} has not come round for {late.Age.TotalSeconds:0.0} s."
            : null;
    }
}
