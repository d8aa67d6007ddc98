using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health;

/// <summary>Checks the supply voltage of a Raspberry Pi.</summary>
internal sealed class PowerCheck(Lazy<PowerHealth> power) : IDoctorCheck
{
    public string Name => "power";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Run(power.Value));

    private CheckResult Run(PowerHealth health)
    {
        if (health.Degradation is { } degradation)
        {
            return new CheckResult(
                Name,
                CheckOutcome.Warning,
                degradation,
                "A Raspberry Pi needs 5.1 V; a model 4 takes up to 3 A and a model 5 up to 5 A. docs/health.md describes the signs."
            );
        }

        return health.IsLow is null
            ? new CheckResult(Name, CheckOutcome.Off, "This machine does not report its supply voltage.")
            : new CheckResult(Name, CheckOutcome.Ok, health.Note ?? "The supply voltage is sufficient.");
    }
}
