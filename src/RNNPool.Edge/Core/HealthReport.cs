namespace RNNPool.Edge.Core;

/// <summary>State of the device or of a component.</summary>
public enum HealthState
{
    /// <summary>It works fully.</summary>
    Good,

    /// <summary>It is paused on request, or waits to be set up, which is not a fault.</summary>
    Paused,

    /// <summary>It works, but not fully.</summary>
    Degraded,

    /// <summary>It does not work.</summary>
    Failed,
}

/// <summary>State of one component.</summary>
/// <param name="Name">Its name, such as <c>camera</c>, <c>detector</c> or <c>mqtt</c>.</param>
/// <param name="State">Its state.</param>
/// <param name="Reason">The reason as one sentence; null when the component is good.</param>
public sealed record HealthComponent(string Name, HealthState State, string? Reason);

/// <summary>The answer of <c>/health</c> and the payload of the MQTT health topic.</summary>
/// <param name="Healthy">Whether the device works; a device that is paused on request does.</param>
/// <param name="State">State of the device.</param>
/// <param name="Reasons">Why the device does not work; one sentence each.</param>
/// <param name="Degradations">Why the device works, but not fully; one sentence each.</param>
/// <param name="Pause">Why the detector is paused; null while it is not.</param>
/// <param name="FrameAgeMs">Milliseconds since the last frame.</param>
/// <param name="InferenceAgeMs">Milliseconds since the last inference.</param>
/// <param name="BadFrames">Damaged frames from the camera that were skipped since the start.</param>
/// <param name="Components">All components.</param>
public sealed record HealthReport(
    bool Healthy,
    HealthState State,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<string> Degradations,
    string? Pause,
    double FrameAgeMs,
    double InferenceAgeMs,
    long BadFrames,
    IReadOnlyList<HealthComponent> Components
)
{
    /// <summary>Whether every component is in the same state as in another report; figures and reasons may differ.</summary>
    public bool SameAs(HealthReport other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (State != other.State || Components.Count != other.Components.Count)
            return false;
        for (int i = 0; i < Components.Count; i++)
        {
            if (Components[i].Name != other.Components[i].Name || Components[i].State != other.Components[i].State)
                return false;
        }

        return true;
    }
}
