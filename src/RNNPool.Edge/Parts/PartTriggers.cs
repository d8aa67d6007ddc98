using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Control;

namespace RNNPool.Edge.Parts;

/// <summary>Requests an update of every part when occupancy, controls, health or a part's own measurement changes. Thread-safe.</summary>
internal sealed class PartTriggers : IDisposable
{
    private readonly Lock _lock = new();
    private readonly OccupancyState _occupancy;
    private readonly DeviceControls _controls;
    private readonly IHealthMonitor _health;
    private volatile PartSignal[] _signals = [];

    public PartTriggers(OccupancyState occupancy, DeviceControls controls, IHealthMonitor health)
    {
        _occupancy = occupancy;
        _controls = controls;
        _health = health;
        occupancy.Changed += OnOccupancy;
        controls.Changed += OnControls;
        health.Changed += OnHealth;
    }

    /// <summary>Adds a part.</summary>
    /// <returns>Removes it.</returns>
    public IDisposable Subscribe(PartSignal signal)
    {
        lock (_lock)
            _signals = [.. _signals, signal];
        return new Subscription(this, signal);
    }

    /// <summary>Requests an update of every part.</summary>
    public void Set()
    {
        foreach (PartSignal signal in _signals)
            signal.Set();
    }

    public void Dispose()
    {
        _occupancy.Changed -= OnOccupancy;
        _controls.Changed -= OnControls;
        _health.Changed -= OnHealth;
    }

    private void OnOccupancy(Occupancy occupancy) => Set();

    private void OnControls(ControlChange change) => Set();

    private void OnHealth(HealthReport report) => Set();

    private sealed class Subscription(PartTriggers owner, PartSignal signal) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._lock)
                owner._signals = [.. owner._signals.Where(other => !ReferenceEquals(other, signal))];
        }
    }
}
