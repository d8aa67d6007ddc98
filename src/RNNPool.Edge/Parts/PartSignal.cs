namespace RNNPool.Edge.Parts;

/// <summary>Wakes the thread of a part. Several calls before it wakes count once. Thread-safe.</summary>
internal sealed class PartSignal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);
    private readonly ITimer _timer;

    public PartSignal(TimeProvider timeProvider) =>
        _timer = timeProvider.CreateTimer(
            static signal => ((PartSignal)signal!).Set(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );

    /// <summary>Requests an update.</summary>
    public void Set()
    {
        try
        {
            if (_semaphore.CurrentCount == 0)
                _semaphore.Release();
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // Two callers at the same time, or one after the end of the part.
        }
    }

    /// <summary>Blocks until <see cref="Set"/> or the time.</summary>
    /// <exception cref="OperationCanceledException">The device stops.</exception>
    public void Wait(TimeSpan time, CancellationToken cancellationToken)
    {
        _timer.Change(time, Timeout.InfiniteTimeSpan);
        _semaphore.Wait(cancellationToken);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _semaphore.Dispose();
    }
}
