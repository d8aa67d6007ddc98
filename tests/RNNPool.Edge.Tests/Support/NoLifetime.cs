using Microsoft.Extensions.Hosting;

namespace RNNPool.Edge.Tests.Support;

/// <summary>A host that only counts how often it was asked to stop.</summary>
internal sealed class NoLifetime : IHostApplicationLifetime
{
    private int _stops;

    public int Stops => Volatile.Read(ref _stops);

    public CancellationToken ApplicationStarted => default;

    public CancellationToken ApplicationStopping => default;

    public CancellationToken ApplicationStopped => default;

    public void StopApplication() => Interlocked.Increment(ref _stops);
}
