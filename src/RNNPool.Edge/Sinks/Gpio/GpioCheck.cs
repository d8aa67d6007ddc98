using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Opens all outputs at their off level and all inputs, and releases them.</summary>
internal sealed class GpioCheck(IOptions<GpioOptions> settings, PinFactory factory) : IDoctorCheck
{
    public string Name => "gpio";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) => Task.FromResult(Run(settings.Value));

    private CheckResult Run(GpioOptions options)
    {
        if (options.Outputs.Count + options.Inputs.Count == 0)
        {
            return new CheckResult(
                Name,
                CheckOutcome.Off,
                "No pin is configured.",
                "To drive a pin, set Gpio:Outputs:0:Pin; see docs/gpio.md."
            );
        }

        var findings = new List<string>();
        var failures = new List<string>();
        for (int i = 0; i < options.Outputs.Count; i++)
            Try(() => Output(new OutputLine(i, options.Outputs[i]), options.Simulated));
        for (int i = 0; i < options.Inputs.Count; i++)
            Try(() => Input(new InputLine(i, options.Inputs[i]), options.Simulated));
        if (failures.Count == 0)
            return new CheckResult(Name, CheckOutcome.Ok, string.Join(' ', findings));
        return new CheckResult(
            Name,
            CheckOutcome.Failed,
            string.Join(' ', failures),
            "'gpioinfo' (package gpiod) lists the chips and their lines. "
                + "Stop a running rnnpool-edge before this check, because it holds its lines."
        );

        void Try(Func<string> check)
        {
            try
            {
                findings.Add(check());
            }
            catch (GpioException exception)
            {
                failures.Add(exception.Message);
            }
        }
    }

    private string Output(OutputLine line, bool simulated)
    {
        using OpenPin pin = line.Open(factory, simulated);
        return $"{pin.Description} can be driven.";
    }

    private string Input(InputLine line, bool simulated)
    {
        using OpenPin pin = line.Open(factory, simulated);
        return $"{pin.Description} is {(pin.Read() ? "high" : "low")}.";
    }
}
