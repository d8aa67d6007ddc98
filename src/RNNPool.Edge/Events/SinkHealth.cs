using System.Globalization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Events;

/// <summary>Reports a sink that does not return from one event. It is a degradation, because the rest of the device works.</summary>
internal sealed class SinkHealth(EventDispatcher dispatcher) : IHealthSource
{
    /// <summary>How long a sink may take for one event.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Name => "sinks";

    /// <inheritdoc/>
    public string? Failure => null;

    /// <inheritdoc/>
    public string? Degradation =>
        dispatcher.FindStuckSink(Longest) is var (name, busy)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The {name} sink has been busy with one event for {busy.TotalSeconds:0} s "
                    + $"(limit {Longest.TotalSeconds:0} s); later events wait."
            )
            : null;
}
