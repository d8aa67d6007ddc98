namespace RNNPool.Edge.Core;

/// <summary>A part that knows something about the device's health that frames and inferences alone do not show.</summary>
public interface IHealthSource
{
    /// <summary>Name of the part in the health report, such as <c>mqtt</c>.</summary>
    string Name { get; }

    /// <summary>Why the device does not do its work; null when this part does not keep it from that.</summary>
    string? Failure { get; }

    /// <summary>Why the device does its work less well than it should; null when it does not.</summary>
    string? Degradation { get; }
}
