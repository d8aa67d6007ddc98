using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;

namespace RNNPool.Edge.Health;

/// <summary>Decides whether the device works: frames arrive, the detector processes them, and no component reports a failure.</summary>
/// <param name="cameras">States of the cameras.</param>
/// <param name="totals">Ages of frames and inferences.</param>
/// <param name="options">Limits of these ages.</param>
/// <param name="settings">How long a camera may be silent.</param>
/// <param name="sources">The other components. Lazy, because a component may both report to the health and depend on it.</param>
internal sealed class HealthModel(
    CameraSet cameras,
    PipelineTotals totals,
    ILive<HealthOptions> options,
    CameraSettings settings,
    Lazy<IEnumerable<IHealthSource>> sources
)
{
    private readonly Lazy<IHealthSource[]> _sources = new(() => [.. sources.Value]);

    /// <summary>Evaluates the health now.</summary>
    public HealthReport Evaluate()
    {
        HealthOptions limits = options.Current;
        string? pause = cameras.All(ports => IsUnconfigured(ports)) ? NoCamera.Reason : totals.Pause;
        IHealthSource[] sources = _sources.Value;
        var components = new List<HealthComponent>(sources.Length + cameras.Count + 1);
        foreach (CameraPorts ports in cameras)
            components.Add(Camera(ports, limits));
        HealthComponent detector = Detector(components, limits, pause);
        DegradeFailures(components);
        components.Add(detector);
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
            Math.Round(totals.FrameAge.TotalMilliseconds),
            Math.Round(totals.InferenceAge.TotalMilliseconds),
            totals.BadFrames,
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

    /// <summary>A device with several cameras works, but not fully, as long as one of them does.</summary>
    private static void DegradeFailures(List<HealthComponent> cameras)
    {
        if (!cameras.Exists(camera => camera.State is HealthState.Good or HealthState.Degraded))
            return;
        for (int i = 0; i < cameras.Count; i++)
        {
            if (cameras[i].State == HealthState.Failed)
                cameras[i] = cameras[i] with { State = HealthState.Degraded };
        }
    }

    private HealthComponent Camera(CameraPorts ports, HealthOptions limits)
    {
        string name = cameras.Count == 1 ? "camera" : $"camera {ports.Name}";
        string? failure = ports.Status.CameraFailure;
        if (IsUnconfigured(ports))
            return new HealthComponent(name, HealthState.Paused, failure);
        TimeSpan age = ports.Status.FrameAge,
            limit = limits.FrameLimit(FindStallLimit(ports));
        if (age > limit)
        {
            string why = failure is not null ? $": {failure}" : ".";
            string from = cameras.Count == 1 ? "" : $" of {ports.Name}";
            return Failed(name, $"No frame{from} for {age.TotalSeconds:0.0} s (limit {limit.TotalSeconds:0.#} s){why}");
        }

        string? degradation = failure is null ? ports.Picture.Reason : $"The {name} is lost: {failure}";
        return degradation is null ? Good(name) : new HealthComponent(name, HealthState.Degraded, degradation);
    }

    private static bool IsUnconfigured(CameraPorts ports) => ports.Status.CameraFailure == NoCamera.Reason;

    /// <summary>The detector is late when it is late for a camera that delivers frames, or for all cameras when none does.</summary>
    private HealthComponent Detector(List<HealthComponent> states, HealthOptions limits, string? pause)
    {
        if (pause is not null)
            return new HealthComponent("detector", HealthState.Paused, pause);
        bool all = !states.Exists(camera => camera.State is HealthState.Good or HealthState.Degraded);
        TimeSpan age = TimeSpan.Zero,
            stall = TimeSpan.Zero;
        for (int i = 0; i < cameras.Count; i++)
        {
            if (IsUnconfigured(cameras[i]) || (!all && states[i].State == HealthState.Failed))
                continue;
            age = Longer(age, cameras[i].Status.InferenceAge);
            stall = Longer(stall, FindStallLimit(cameras[i]));
        }

        TimeSpan limit = limits.InferenceLimit(stall);
        return age > limit
            ? Failed("detector", $"No inference for {age.TotalSeconds:0.0} s (limit {limit.TotalSeconds:0.#} s).")
            : Good("detector");
    }

    private TimeSpan FindStallLimit(CameraPorts ports) => Longer(settings.Capture(ports.Name).StallTimeout, ports.Status.StallLimit);

    private static HealthComponent Component(IHealthSource source)
    {
        if (source.Failure is { } failure)
            return Failed(source.Name, failure);
        return source.Degradation is { } degradation
            ? new HealthComponent(source.Name, HealthState.Degraded, degradation)
            : Good(source.Name);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static HealthComponent Good(string name) => new(name, HealthState.Good, null);

    private static HealthComponent Failed(string name, string reason) => new(name, HealthState.Failed, reason);
}
