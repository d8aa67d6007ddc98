namespace RNNPool.Edge.Core;

/// <summary>The health of the device, for components that show or publish it. Thread-safe.</summary>
public interface IHealthMonitor
{
    /// <summary>The last report, at most one second old.</summary>
    HealthReport Current { get; }

    /// <summary>
    /// Raised with the new report when the state of a component has changed, not for figures alone. Handlers are called one at a time; an
    /// exception is logged and does not reach other subscribers.
    /// </summary>
    event Action<HealthReport>? Changed;
}
