using System.Globalization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Events;

/// <summary>A sink that does not come back from one event: a degradation, as everything else goes on without it.</summary>
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
        dispatcher.Wedged(Longest) is var (name, busy)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The {name} sink has been busy with one event for {busy.TotalSeconds:0} s (limit {Longest.TotalSeconds:0} s); the next ones wait."
            )
            : null;
}
