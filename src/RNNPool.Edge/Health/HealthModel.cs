using Microsoft.Extensions.Options;
using RNNPool.Edge.Pipeline;

namespace RNNPool.Edge.Health;

/// <summary>Decides whether the device does its work: frames come, and the detector sees them.</summary>
public sealed class HealthModel(PipelineStatus status, IOptions<HealthOptions> options, IEnumerable<IHealthSource> sources)
{
    /// <summary>How things are now.</summary>
    public HealthReport Evaluate()
    {
        HealthOptions limits = options.Value;
        TimeSpan frameAge = status.FrameAge;
        TimeSpan inferenceAge = status.InferenceAge;
        var reasons = new List<string>();
        if (frameAge > limits.MaxFrameAge)
        {
            string why = status.CameraFailure is { } failure ? $": {failure}" : ".";
            reasons.Add($"No frame for {frameAge.TotalSeconds:0.0} s (limit {limits.MaxFrameAge.TotalSeconds:0.#} s){why}");
        }

        if (inferenceAge > limits.MaxInferenceAge)
        {
            reasons.Add($"No inference for {inferenceAge.TotalSeconds:0.0} s (limit {limits.MaxInferenceAge.TotalSeconds:0.#} s).");
        }

        var degradations = new List<string>();
        foreach (IHealthSource source in sources)
        {
            if (source.Failure is { } reason) reasons.Add(reason);
            if (source.Degradation is { } degradation) degradations.Add(degradation);
        }

        return new HealthReport(reasons.Count == 0, reasons, degradations, Math.Round(frameAge.TotalMilliseconds), Math.Round(inferenceAge.TotalMilliseconds));
    }
}

/// <summary>The answer of <c>/health</c>.</summary>
/// <param name="Healthy">Whether the device does its work.</param>
/// <param name="Reasons">Why not; one sentence each.</param>
/// <param name="Degradations">Why it does its work less well than it should, while it does; one sentence each.</param>
/// <param name="FrameAgeMs">Milliseconds since the last frame.</param>
/// <param name="InferenceAgeMs">Milliseconds since the last inference.</param>
public sealed record HealthReport(bool Healthy, IReadOnlyList<string> Reasons, IReadOnlyList<string> Degradations, double FrameAgeMs, double InferenceAgeMs);
