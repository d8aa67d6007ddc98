namespace RNNPool.Edge.Link.Sessions;

/// <summary>Milliseconds since the start of a session, and one timer on the same scale. The clock is monotonic.</summary>
internal sealed class SessionClock : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly ITimer _timer;

    /// <param name="time">The clock.</param>
    /// <param name="onElapsed">Called at the scheduled time.</param>
    public SessionClock(TimeProvider time, Action onElapsed)
    {
        _time = time;
        _origin = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((Action)state!)(), onElapsed, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public double Now => _time.GetElapsedTime(_origin).TotalMilliseconds;

    /// <summary>Schedules the timer, in the place of an earlier time; infinity means never.</summary>
    public void Schedule(double deadline, double now)
    {
        TimeSpan delay = double.IsInfinity(deadline)
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(deadline - now)));
        _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
