namespace RNNPool.Edge.Core;

/// <summary>A component that contributes to the health of the device, besides the ages of frames and inferences.</summary>
public interface IHealthSource
{
    /// <summary>Name of the component in the health report, such as <c>mqtt</c>.</summary>
    string Name { get; }

    /// <summary>Why this component keeps the device from working; null when it does not.</summary>
    string? Failure { get; }

    /// <summary>Why this component restricts the device; null when it does not.</summary>
    string? Degradation { get; }
}
