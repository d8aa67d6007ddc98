namespace RNNPool.Edge.Health.Systemd;

/// <summary>While it lives, the service manager hears that the start goes on, so that a slow machine is not taken for a stuck one; but not for ever.</summary>
internal sealed class StartNotice : IDisposable
{
    /// <summary>Time between two messages.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A start that takes longer than this is stuck after all.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private readonly ITimer? _timer;

    public StartNotice(NotifySocket manager, string status, TimeProvider timeProvider)
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
