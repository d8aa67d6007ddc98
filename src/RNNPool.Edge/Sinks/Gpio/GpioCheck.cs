using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Opens all outputs at their off level and all inputs, and releases them.</summary>
internal sealed class GpioCheck(IOptions<GpioOptions> settings, IGpioBackend backend) : IDoctorCheck
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
                "To drive a pin, add it to Gpio:Outputs, or use --gpio; see docs/gpio.md."
            );
        }

        var factory = new PinFactory(backend);
        var findings = new List<string>();
        var failures = new List<string>();
        for (int i = 0; i < options.Outputs.Count; i++)
            Try(() => Output(factory, new OutputLine(i, options.Outputs[i]), options.Simulated));
        for (int i = 0; i < options.Inputs.Count; i++)
            Try(() => Input(factory, new InputLine(i, options.Inputs[i]), options.Simulated));
        if (failures.Count == 0)
            return new CheckResult(Name, CheckOutcome.Ok, string.Join(' ', findings));
        return new CheckResult(
            Name,
            CheckOutcome.Failed,
            string.Join(' ', failures),
            "'gpioinfo' (package gpiod) lists the chips and their lines. Stop a running rnnpool-edge before this check, because it holds its lines."
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

    private static string Output(PinFactory factory, OutputLine line, bool simulated)
    {
        using IOutputPin pin = factory.OpenOutput(line.Key, line.Options, line.Level(on: false), simulated);
        return $"{pin.Description} can be driven.";
    }

    private static string Input(PinFactory factory, InputLine line, bool simulated)
    {
        using IInputPin pin = factory.OpenInput(line.Key, line.Options, simulated);
        return $"{pin.Description} is {(pin.Read() ? "high" : "low")}.";
    }
}
