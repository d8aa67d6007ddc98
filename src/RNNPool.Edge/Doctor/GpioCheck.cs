using Microsoft.Extensions.Options;
using RNNPool.Edge.Gpio;

namespace RNNPool.Edge.Doctor;

/// <summary>Opens the output pin in its resting state and releases it.</summary>
internal sealed class GpioCheck(IServiceProvider services) : IDoctorCheck
{
    public string Name => "gpio";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        GpioOptions options = services.GetRequiredService<IOptions<GpioOptions>>().Value;
        if (options.Pin is null) return Task.FromResult(new CheckResult(Name, CheckOutcome.Off, "No pin is configured.", "To drive one, set Gpio:Pin or --gpio."));
        if (!options.Simulated && !OutputPinFactory.AnyChip)
        {
            return Task.FromResult(new CheckResult(Name, CheckOutcome.Warning, $"This machine has no GPIO chip; GPIO{options.Pin} is simulated.", "On a Raspberry Pi, check that /dev/gpiochip0 exists."));
        }

        try
        {
            using IOutputPin pin = services.GetRequiredService<IOutputPinFactory>().Open(options, options.ActiveLow);
            return Task.FromResult(new CheckResult(Name, CheckOutcome.Ok, $"{pin.Description} can be driven."));
        }
        catch (GpioException exception)
        {
            return Task.FromResult(new CheckResult(Name, CheckOutcome.Failed, exception.Message, "Check the chip and its lines with 'gpioinfo' (package gpiod)."));
        }
    }
}
