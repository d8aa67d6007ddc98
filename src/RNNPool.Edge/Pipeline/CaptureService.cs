using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline;

/// <summary>Runs the capture of every camera.</summary>
internal sealed class CaptureService(IReadOnlyList<CameraPipeline> pipelines, LoopSupervisor loops) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(pipelines.Select(pipeline => RunAsync(pipeline, stoppingToken)));

    private async Task RunAsync(CameraPipeline pipeline, CancellationToken stoppingToken)
    {
        await loops.RunAsync($"capture of {pipeline.Name}", pipeline.Capture.RunAsync, stoppingToken).ConfigureAwait(false);

        // The detection of this camera ends with its frames.
        pipeline.Ports.Frames.Complete();
    }
}
