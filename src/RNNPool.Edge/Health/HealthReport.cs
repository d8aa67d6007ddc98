namespace RNNPool.Edge.Health;

/// <summary>How the device or a part of it is.</summary>
public enum HealthState
{
    /// <summary>It does its work.</summary>
    Good,

    /// <summary>It rests because somebody wants it to; that is no fault.</summary>
    Paused,

    /// <summary>It does its work less well than it should.</summary>
    Degraded,

    /// <summary>It does not do its work.</summary>
    Failed,
}

/// <summary>How one part is.</summary>
/// <param name="Name">Its name, such as <c>camera</c>, <c>detector</c> or <c>mqtt</c>.</param>
/// <param name="State">How it is.</param>
/// <param name="Reason">Why, as one sentence; null when it is good.</param>
public sealed record HealthComponent(string Name, HealthState State, string? Reason);

/// <summary>The answer of <c>/health</c>, and what the MQTT health topic says.</summary>
/// <param name="Healthy">Whether the device does its work; a device that was told to pause does.</param>
/// <param name="State">How it is.</param>
/// <param name="Reasons">Why it does not do its work; one sentence each.</param>
/// <param name="Degradations">Why it does its work less well than it should, while it does; one sentence each.</param>
/// <param name="Pause">Why it looks at no frames; null while it does.</param>
/// <param name="FrameAgeMs">Milliseconds since the last frame.</param>
/// <param name="InferenceAgeMs">Milliseconds since the last inference.</param>
/// <param name="BadFrames">Frames that came damaged from the camera and were skipped, since the start.</param>
/// <param name="Components">Every part.</param>
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
    /// <summary>Whether another report says the same, figures aside: every part is in the same state.</summary>
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
