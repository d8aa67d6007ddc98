using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Notify;

namespace RNNPool.Edge.Cli;

/// <summary><c>rnnpool-edge notify test</c>: sends a test notification.</summary>
internal static class NotifyCommand
{
    public static IReadOnlyList<(Command Command, string Examples)> Build(Terminal terminal, IDeviceComposer composer)
    {
        var test = new Command("test", "Send a test notification to every address of the settings. The device may be running.");
        Option<bool> json = Terminal.JsonOption("a sentence");
        test.Add(json);
        SharedOptions shared = SharedOptions.AddTo(test, composer, device: true);
        test.SetAction(
            async (result, cancellationToken) =>
            {
                Composition<NotifyTest> composition = composer.Compose<NotifyTest>(shared.Load(result));
                await using (composition.ConfigureAwait(false))
                {
                    CheckResult outcome = await composition.Root.RunAsync(cancellationToken).ConfigureAwait(false);
                    if (outcome.Outcome != CheckOutcome.Ok)
                        throw new CommandException(outcome.Finding, outcome.Fix);
                    if (result.GetValue(json))
                        terminal.WriteJson(new SentTest(outcome.Finding), CommandJson.Default.SentTest);
                    else
                        terminal.WriteLine(outcome.Finding);
                }

                return ExitCode.Ok;
            }
        );
        var notify = new Command("notify", "Test the notifications of this device.") { test };
        return
        [
            (notify, "  rnnpool-edge notify test --config /etc/rnnpool-edge/config.json"),
            (test, "  rnnpool-edge notify test\n  rnnpool-edge notify test --config /etc/rnnpool-edge/config.json"),
        ];
    }
}
