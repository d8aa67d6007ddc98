namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// Passes frames at a steady rate: the first immediately, the others one period apart. Periods that a slow reader misses are
/// skipped and not delivered later. Allocates nothing per frame.
/// </summary>
/// <param name="rate">Frames per second, at most 1000; 0 for frames without pacing.</param>
/// <param name="time">The clock.</param>
internal sealed class FramePacer(double rate, TimeProvider time) : IDisposable
{
    private PeriodicTimer? _timer;

    /// <summary>Waits for the next frame's time. The result has no meaning.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (rate <= 0)
            return ValueTask.FromResult(true);
        if (_timer is not null)
            return _timer.WaitForNextTickAsync(cancellationToken);
        _timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate), time);
        return ValueTask.FromResult(true);
    }

    public void Dispose() => _timer?.Dispose();
}
