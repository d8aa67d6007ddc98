using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Opens every output in its resting state and every input, and releases them.</summary>
internal sealed class GpioCheck(IServiceProvider services) : IDoctorCheck
{
    public string Name => "gpio";

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        GpioOptions options = services.GetRequiredService<IOptions<GpioOptions>>().Value;
        if (options.Outputs.Count + options.Inputs.Count == 0)
            return Task.FromResult(
                new CheckResult(
                    Name,
                    CheckOutcome.Off,
                    "No pin is configured.",
                    "To drive one, add it to Gpio:Outputs, or use --gpio; see docs/gpio.md."
                )
            );
        var factory = new PinFactory(services.GetRequiredService<IGpioBackend>());
        var findings = new List<string>();
        var failures = new List<string>();
        for (int i = 0; i < options.Outputs.Count; i++)
            Try(() => Output(factory, new OutputLine(i, options.Outputs[i]), options.Simulated));
        for (int i = 0; i < options.Inputs.Count; i++)
            Try(() => Input(factory, new InputLine(i, options.Inputs[i]), options.Simulated));
        if (failures.Count == 0)
            return Task.FromResult(new CheckResult(Name, CheckOutcome.Ok, string.Join(' ', findings)));
        return Task.FromResult(
            new CheckResult(
                Name,
                CheckOutcome.Failed,
                string.Join(' ', failures),
                "See the chips and their lines with 'gpioinfo' (package gpiod); stop a running rnnpool-edge, which holds its lines, before this check."
            )
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
