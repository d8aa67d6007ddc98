using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Status;

namespace RNNPool.Edge.Health;

/// <summary>Decides whether the device works: frames arrive, the detector processes them, and no component reports a failure.</summary>
/// <param name="status">Ages of frames and inferences.</param>
/// <param name="options">Limits of these ages.</param>
/// <param name="sources">The other components. Lazy, because a component may both report to the health and depend on it.</param>
public sealed class HealthModel(PipelineStatus status, ILive<HealthOptions> options, Lazy<IEnumerable<IHealthSource>> sources)
{
    private readonly Lazy<IHealthSource[]> _sources = new(() => [.. sources.Value]);

    /// <summary>Evaluates the health now.</summary>
    public HealthReport Evaluate()
    {
        HealthOptions limits = options.Current;
        TimeSpan frameAge = status.FrameAge;
        TimeSpan inferenceAge = status.InferenceAge;
        string? pause = status.Pause;
        IHealthSource[] sources = _sources.Value;
        var components = new List<HealthComponent>(sources.Length + 2) { Camera(frameAge, limits), Detector(inferenceAge, limits, pause) };
        foreach (IHealthSource source in sources)
            components.Add(Component(source));

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

    // Called every second; the usual result has no reasons and allocates no array.
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
            return Failed("camera", $"No frame for {age.TotalSeconds:0.0} s (limit {limits.MaxFrameAge.TotalSeconds:0.#} s){why}");
        }

        return failure is null ? Good("camera") : new HealthComponent("camera", HealthState.Degraded, $"The camera is lost: {failure}");
    }

    private static HealthComponent Detector(TimeSpan age, HealthOptions limits, string? pause)
    {
        if (pause is not null)
            return new HealthComponent("detector", HealthState.Paused, pause);
        return age > limits.MaxInferenceAge
            ? Failed("detector", $"No inference for {age.TotalSeconds:0.0} s (limit {limits.MaxInferenceAge.TotalSeconds:0.#} s).")
            : Good("detector");
    }

    private static HealthComponent Component(IHealthSource source)
    {
        if (source.Failure is { } failure)
            return Failed(source.Name, failure);
        return source.Degradation is { } degradation
            ? new HealthComponent(source.Name, HealthState.Degraded, degradation)
            : Good(source.Name);
    }

    private static HealthComponent Good(string name) => new(name, HealthState.Good, null);

    private static HealthComponent Failed(string name, string reason) => new(name, HealthState.Failed, reason);
}
