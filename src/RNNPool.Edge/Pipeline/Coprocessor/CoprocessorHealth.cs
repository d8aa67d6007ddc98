using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>A coprocessor that cannot be used: half as bad in Auto, where this machine takes over, as in Coprocessor, where nobody does.</summary>
internal sealed class CoprocessorHealth(CoprocessorStatus status, IOptions<CoprocessorOptions> options) : IHealthSource
{
    private bool IsOnly => options.Value.Mode == CoprocessorMode.Coprocessor;

    /// <inheritdoc/>
    public string Name => "coprocessor";

    /// <inheritdoc/>
    public string? Failure => IsOnly ? status.Obstacle : null;

    /// <inheritdoc/>
    public string? Degradation => IsOnly ? null : status.Obstacle;
}
