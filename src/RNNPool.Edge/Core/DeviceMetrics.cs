using System.Diagnostics.Metrics;

namespace RNNPool.Edge.Core;

/// <summary>
/// The one meter of the device. Every component creates its instruments on <see cref="Meter"/>; <c>/metrics</c> shows them. Names are
/// Prometheus's: <c>rnnpool_edge_mqtt_reconnects_total</c>, with <c>_total</c> for counters and the base unit (<c>_seconds</c>,
/// <c>_bytes</c>) in the name; the instrument's description becomes the help line.
/// </summary>
public sealed class DeviceMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "RNNPool.Edge";

    /// <summary>The meter; each device of a process has its own.</summary>
    public Meter Meter { get; } = new(MeterName, ProductVersion.Text);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
