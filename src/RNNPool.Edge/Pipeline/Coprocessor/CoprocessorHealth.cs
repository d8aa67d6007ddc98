using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>
/// Reports an unusable coprocessor: as a degradation in the mode Auto, where this machine takes over, and as a failure in the mode
/// Coprocessor.
/// </summary>
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
