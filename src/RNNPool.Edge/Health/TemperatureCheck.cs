using System.Globalization;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health;

/// <summary>The processor's temperature, and whether the machine holds it back.</summary>
internal sealed class TemperatureCheck(IServiceProvider services) : IDoctorCheck
{
    public string Name => "temperature";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        var health = services.GetRequiredService<TemperatureHealth>();
        CheckResult result =
            health.Degradation is { } degradation
                ? new CheckResult(
                    Name,
                    CheckOutcome.Warning,
                    degradation,
                    "Give it air or a heat sink, and a supply that is strong enough; on a Raspberry Pi 'vcgencmd get_throttled' says what has happened since it was switched on."
                )
            : health.Temperature is { } temperature
                ? new CheckResult(
                    Name,
                    CheckOutcome.Ok,
                    string.Create(CultureInfo.InvariantCulture, $"The processor is at {temperature:0} °C.")
                )
            : new CheckResult(Name, CheckOutcome.Off, "This machine does not tell its temperature.");
        return Task.FromResult(result);
    }
}
