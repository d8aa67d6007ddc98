using System.Globalization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Diagnostics.Checks;

/// <summary>
/// Checks whether the clock is set and synchronized: a Raspberry Pi has no clock that runs while it is off, and events carry UTC times.
/// </summary>
internal sealed class ClockCheck : IDoctorCheck
{
    private readonly TimeProvider _timeProvider;
    private readonly Func<bool?> _isSynchronized;

    /// <summary>Reads the kernel's clock state.</summary>
    public ClockCheck(TimeProvider timeProvider)
        : this(timeProvider, ClockTrust.IsSynchronized) { }

    /// <summary>Reads the clock state from <paramref name="isSynchronized"/>.</summary>
    internal ClockCheck(TimeProvider timeProvider, Func<bool?> isSynchronized)
    {
        _timeProvider = timeProvider;
        _isSynchronized = isSynchronized;
    }

    public string Name => "clock";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        string shown = now.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        CheckResult result =
            now < ClockTrust.FirstPlausibleTime
                ? new CheckResult(
                    Name,
                    CheckOutcome.Warning,
                    $"The clock is at {shown} and has probably not been set.",
                    "Connect to a network with a time server, or set it with 'sudo date -s'."
                )
            : _isSynchronized() == false
                ? new CheckResult(
                    Name,
                    CheckOutcome.Warning,
                    $"The clock is at {shown} and is not synchronized with a time server.",
                    "Switch the synchronization on with 'sudo timedatectl set-ntp true', and check 'timedatectl timesync-status'."
                )
            : new CheckResult(Name, CheckOutcome.Ok, $"The clock is at {shown}.");
        return Task.FromResult(result);
    }
}
