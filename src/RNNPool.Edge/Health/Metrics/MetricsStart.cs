namespace RNNPool.Edge.Health.Metrics;

/// <summary>Creates the collector at the start of the device, so that counts before the first request are not lost.</summary>
internal sealed class MetricsStart(MetricsCollector collector) : IHostedService
{
    /// <summary>The collector.</summary>
    public MetricsCollector Collector { get; } = collector;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
