using System.Globalization;

namespace RNNPool.Edge.Health.Systemd;

/// <summary>What systemd tells a service in its environment.</summary>
/// <param name="NotifySocket">Where it listens; null without systemd.</param>
/// <param name="WatchdogTime">The service is killed when it gives no sign of life for this long; null without a watchdog.</param>
/// <param name="Journal">Whether standard output goes to systemd's journal.</param>
internal sealed record ServiceEnvironment(string? NotifySocket, TimeSpan? WatchdogTime, bool Journal)
{
    public static ServiceEnvironment Read(Func<string, string?> variable)
    {
        // A watchdog of another process is none of ours (sd_watchdog_enabled(3)).
        bool ours =
            variable("WATCHDOG_PID") is not { Length: > 0 } process
            || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        TimeSpan? watchdog =
            ours
            && long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            && microseconds is > 0 and < long.MaxValue / 10
                ? TimeSpan.FromMicroseconds(microseconds)
                : null;
        return new ServiceEnvironment(variable("NOTIFY_SOCKET"), watchdog, !string.IsNullOrEmpty(variable("JOURNAL_STREAM")));
    }
}
