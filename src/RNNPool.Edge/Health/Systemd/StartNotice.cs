namespace RNNPool.Edge.Health.Systemd;

/// <summary>Extends the time limit of the start until it is disposed, for slow machines, but for at most <see cref="Longest"/>.</summary>
internal sealed class StartNotice : IDisposable
{
    /// <summary>Time between two messages.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Longest duration of a start.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private readonly ITimer? _timer;

    public StartNotice(ServiceManager manager, string status, TimeProvider timeProvider)
    {
        if (!manager.IsConnected)
            return;
        long started = timeProvider.GetTimestamp();
        manager.Status(status);
        _timer = timeProvider.CreateTimer(
            _ =>
            {
                if (timeProvider.GetElapsedTime(started) < Longest)
                    manager.Extend(Interval * 3);
            },
            null,
            TimeSpan.Zero,
            Interval
        );
    }

    public void Dispose() => _timer?.Dispose();
}
