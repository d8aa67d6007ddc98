namespace RNNPool.Edge.Health.Metrics;

/// <summary>Makes the collector when the device starts: what is counted before somebody first asks for the metrics must not be lost.</summary>
internal sealed class MetricsStart(MetricsCollector collector) : IHostedService
{
    /// <summary>Follows the instruments since the start.</summary>
    public MetricsCollector Collector { get; } = collector;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
