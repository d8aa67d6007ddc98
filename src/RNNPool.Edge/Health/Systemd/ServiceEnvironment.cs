using System.Globalization;

namespace RNNPool.Edge.Health.Systemd;

/// <summary>The environment that systemd gives a service.</summary>
/// <param name="WatchdogTime">Time without a watchdog message after which systemd kills the service; null without a watchdog.</param>
/// <param name="Journal">Whether standard output goes to the journal of systemd.</param>
internal sealed record ServiceEnvironment(TimeSpan? WatchdogTime, bool Journal)
{
    /// <summary>Reads the environment variables.</summary>
    public static ServiceEnvironment Read(Func<string, string?> variable)
    {
        // A watchdog of another process does not apply to this one; see sd_watchdog_enabled(3).
        string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        bool applies = variable("WATCHDOG_PID") is not { Length: > 0 } process || process == own;
        bool isSet = long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds);
        bool isValid = applies && isSet && microseconds is > 0 and < long.MaxValue / 10;
        return new ServiceEnvironment(
            isValid ? TimeSpan.FromMicroseconds(microseconds) : null,
            !string.IsNullOrEmpty(variable("JOURNAL_STREAM"))
        );
    }
}
