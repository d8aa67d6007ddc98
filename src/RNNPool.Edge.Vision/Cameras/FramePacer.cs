namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// Lets frames through at a steady rate: the first at once, the others one period apart. Periods that a slow reader misses are
/// skipped, not made up for. Allocates nothing per frame.
/// </summary>
/// <param name="rate">Frames per second, at most 1000; 0 means that nothing is paced.</param>
/// <param name="time">The clock.</param>
internal sealed class FramePacer(double rate, TimeProvider time) : IDisposable
{
    private PeriodicTimer? _timer;
    private bool _started;

    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (rate <= 0) return ValueTask.CompletedTask;
        if (_started) return Tick(cancellationToken);
        _started = true;
        _timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate), time);
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private async ValueTask Tick(CancellationToken cancellationToken) => await _timer!.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
}
