using System.Globalization;

namespace RNNPool.Edge.Doctor;

/// <summary>Whether the clock is set: a Raspberry Pi has none of its own, and events carry UTC times.</summary>
internal sealed class ClockCheck(TimeProvider timeProvider) : IDoctorCheck
{
    public string Name => "clock";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = timeProvider.GetUtcNow();
        string shown = now.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return Task.FromResult(now.Year >= 2025
            ? new CheckResult(Name, CheckOutcome.Ok, $"It is {shown}.")
            : new CheckResult(Name, CheckOutcome.Warning, $"The clock says {shown}, which is long past.", "Connect to a network with a time server, or set it with 'sudo date -s'."));
    }
}
