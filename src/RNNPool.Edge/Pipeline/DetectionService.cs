using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline;

/// <summary>Runs the detection of every camera, and stops the device when the last replay has ended.</summary>
internal sealed class DetectionService(IReadOnlyList<CameraPipeline> pipelines, LoopSupervisor loops, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The loops ignore the token: on a stop they end when the capture completes their slots, after their last events.
        await Task.WhenAll(
                pipelines.Select(pipeline =>
                    loops.RunAsync($"detection of {pipeline.Name}", _ => pipeline.Detection.RunAsync(stoppingToken), stoppingToken)
                )
            )
            .ConfigureAwait(false);
        if (!stoppingToken.IsCancellationRequested)
            lifetime.StopApplication();
    }
}
