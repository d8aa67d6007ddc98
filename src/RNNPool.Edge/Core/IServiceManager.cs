namespace RNNPool.Edge.Core;

/// <summary>The service manager that started the process, such as systemd. Messages do nothing when there is none.</summary>
internal interface IServiceManager
{
    /// <summary>Reports that the service has started, or that a reload has ended.</summary>
    void Ready();

    /// <summary>Reports that the service reads its settings again, until <see cref="Ready"/>.</summary>
    /// <param name="monotonic">Microseconds of CLOCK_MONOTONIC.</param>
    void Reloading(long monotonic);
}
