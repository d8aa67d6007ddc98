using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Status;

namespace RNNPool.Edge.Health;

/// <summary>
/// Decides whether the process is alive, which is not the same as healthy: a camera that is unplugged and reopened every few seconds is
/// unhealthy, but a restart of the process would not help. A loop that has stopped cycling needs the restart.
/// </summary>
internal sealed class PipelineLiveness(
    CameraSet cameras,
    ILive<HealthOptions> health,
    CameraSettings settings,
    IEnumerable<IHealthSource> sources,
    IEnumerable<IHeartbeat> heartbeats
)
{
    private readonly IHealthSource[] _sources = [.. sources];
    private readonly IHeartbeat[] _heartbeats = [.. heartbeats];

    /// <summary>The loop that has stalled, as one sentence; null while all loops cycle.</summary>
    public string? FindStall()
    {
        HealthOptions limits = health.Current;
        foreach (CameraPorts ports in cameras)
        {
            if (Stall(ports, limits) is { } stall)
                return stall;
        }

        return _heartbeats.FirstOrDefault(heartbeat => heartbeat.Age > heartbeat.Limit) is { } late
            ? Sentence($"loop of {late.Name}", late.Age)
            : null;
    }

    private string? Stall(CameraPorts ports, HealthOptions limits)
    {
        PipelineStatus status = ports.Status;
        CaptureOptions camera = settings.Capture(ports.Name);
        if (status.LoopAge > limits.MaxInferenceAge)
            return Sentence("detector's loop", status.LoopAge);

        // Two attempts to open the camera are one pause apart, and an attempt may take as long as a frame.
        TimeSpan retry = status.Camera == CameraState.Open ? TimeSpan.Zero : camera.MaxReopenDelay;
        TimeSpan stall = camera.StallTimeout > status.StallLimit ? camera.StallTimeout : status.StallLimit;
        TimeSpan frameLimit = limits.FrameLimit(stall);
        TimeSpan limit = frameLimit + camera.OpenTimeout + retry;
        if (status.Camera != CameraState.Ended && status.CaptureAge > limit)
            return Sentence("camera's loop", status.CaptureAge);

        // Frames arrive without inferences, and no component knows the reason or is about to recover.
        bool expected = status.Pause is not null || _sources.Any(source => source.Failure is not null);
        TimeSpan inferenceLimit = limits.InferenceLimit(stall) * 2;
        return !expected && status.FrameAge <= frameLimit && status.InferenceAge > inferenceLimit
            ? $"Frames arrive, but the last inference is {status.InferenceAge.TotalSeconds:0.0} s old."
            : null;
    }

    private static string Sentence(string loop, TimeSpan age) => $"The {loop} has not cycled for {age.TotalSeconds:0.0} s.";
}
