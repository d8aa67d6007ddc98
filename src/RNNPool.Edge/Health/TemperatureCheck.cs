using System.Globalization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health;

/// <summary>Checks the temperature of the processor and whether the machine is throttled.</summary>
internal sealed class TemperatureCheck(Lazy<TemperatureHealth> temperature) : IDoctorCheck
{
    public string Name => "temperature";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Run(temperature.Value));

    private CheckResult Run(TemperatureHealth health)
    {
        if (health.Degradation is { } degradation)
        {
            return new CheckResult(
                Name,
                CheckOutcome.Warning,
                degradation,
                "Improve the cooling; on a Raspberry Pi 'vcgencmd get_throttled' shows the events since it was switched on."
            );
        }

        string note = health.Note is { } past ? $" {past}" : "";
        return health.Temperature is { } degrees
            ? new CheckResult(
                Name,
                CheckOutcome.Ok,
                string.Create(CultureInfo.InvariantCulture, $"The processor is at {degrees:0} °C.{note}")
            )
            : new CheckResult(Name, CheckOutcome.Off, "This machine has no temperature sensor.");
    }
}
