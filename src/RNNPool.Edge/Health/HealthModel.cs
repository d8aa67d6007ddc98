using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Status;

namespace RNNPool.Edge.Health;

/// <summary>Decides whether the device does its work: frames come, the detector sees them, and no part says otherwise.</summary>
public sealed class HealthModel(PipelineStatus status, IOptionsMonitor<HealthOptions> options, IServiceProvider services)
{
    // Asked for late: a part may both have a say in the health and want to hear of it.
    private readonly Lazy<IHealthSource[]> _sources = new(() => [.. services.GetServices<IHealthSource>()]);

    /// <summary>How things are now.</summary>
    public HealthReport Evaluate()
    {
        HealthOptions limits = options.CurrentValue;
        TimeSpan frameAge = status.FrameAge;
        TimeSpan inferenceAge = status.InferenceAge;
        string? pause = status.Pause;
        var components = new List<HealthComponent>(_sources.Value.Length + 2)
        {
            Camera(frameAge, limits),
            Detector(inferenceAge, limits, pause),
        };
        foreach (IHealthSource source in _sources.Value)
            components.Add(Of(source));

        string[] reasons = Reasons(components, HealthState.Failed);
        string[] degradations = Reasons(components, HealthState.Degraded);
        HealthState state =
            reasons.Length > 0 ? HealthState.Failed
            : degradations.Length > 0 ? HealthState.Degraded
            : pause is not null ? HealthState.Paused
            : HealthState.Good;
        return new HealthReport(
            reasons.Length == 0,
            state,
            reasons,
            degradations,
            pause,
            Math.Round(frameAge.TotalMilliseconds),
            Math.Round(inferenceAge.TotalMilliseconds),
            status.BadFrames,
            components
        );
    }

    // This runs every second for years, mostly with nothing to tell.
    private static string[] Reasons(List<HealthComponent> components, HealthState state)
    {
        int count = 0;
        foreach (HealthComponent component in components)
            count += component.State == state ? 1 : 0;
        if (count == 0)
            return [];
        string[] reasons = new string[count];
        foreach (HealthComponent component in components)
        {
            if (component.State == state)
                reasons[^count--] = component.Reason!;
        }

        return reasons;
    }

    private HealthComponent Camera(TimeSpan age, HealthOptions limits)
    {
        string? failure = status.CameraFailure;
        if (age > limits.MaxFrameAge)
        {
            string why = failure is not null ? $": {failure}" : ".";
            return new HealthComponent(
                "camera",
                HealthState.Failed,
                $"No frame for {age.TotalSeconds:0.0} s (limit {limits.MaxFrameAge.TotalSeconds:0.#} s){why}"
            );
        }

        return failure is null
            ? new HealthComponent("camera", HealthState.Good, null)
            : new HealthComponent("camera", HealthState.Degraded, $"The camera is lost: {failure}");
    }

    private static HealthComponent Detector(TimeSpan age, HealthOptions limits, string? pause)
    {
        if (pause is not null)
            return new HealthComponent("detector", HealthState.Paused, pause);
        return age > limits.MaxInferenceAge
            ? new HealthComponent(
                "detector",
                HealthState.Failed,
                $"No inference for {age.TotalSeconds:0.0} s (limit {limits.MaxInferenceAge.TotalSeconds:0.#} s)."
            )
            : new HealthComponent("detector", HealthState.Good, null);
    }

    private static HealthComponent Of(IHealthSource source)
    {
        if (source.Failure is { } failure)
            return new HealthComponent(source.Name, HealthState.Failed, failure);
        return source.Degradation is { } degradation
            ? new HealthComponent(source.Name, HealthState.Degraded, degradation)
            : new HealthComponent(source.Name, HealthState.Good, null);
    }
}
