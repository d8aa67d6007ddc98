using System.CommandLine;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Diagnostics.Checks;
using RNNPool.Edge.Health;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Sinks.Mqtt;
using RNNPool.Edge.Web;
using Spectre.Console;

namespace RNNPool.Edge.Cli;

/// <summary><c>rnnpool-edge doctor</c>: whether everything that <c>run</c> needs is there, and how to fix what is not.</summary>
internal static class DoctorCommand
{
    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var json = Terminal.JsonOption();
        var command = new Command(
            "doctor",
            "Check the configuration, model, coprocessor, camera, pin, broker, permissions, port, folders, disk, temperature and clock, and say how to fix what is wrong."
        )
        {
            json,
        };
        SharedOptions shared = SharedOptions.AddTo(command, composer, device: true);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                Composition<ComposedServices> device = composer.Compose<ComposedServices>(shared.Load(result));
                await using (device.ConfigureAwait(false))
                {
                    IReadOnlyList<CheckResult> results = await CheckAsync(device.Root.Provider, terminal, cancellationToken)
                        .ConfigureAwait(false);
                    if (result.GetValue(json))
                        terminal.WriteJson(results, CheckJson.Default.CheckResultList);
                    else
                        Show(terminal, results);
                    return results.Any(check => check.Outcome == CheckOutcome.Failed) ? ExitCode.Failure : ExitCode.Ok;
                }
            }
        );
        return (
            command,
            """
              rnnpool-edge doctor --camera synthetic:
              rnnpool-edge doctor --config /etc/rnnpool-edge/config.json --json
            """
        );
    }

    private static async Task<IReadOnlyList<CheckResult>> CheckAsync(
        IServiceProvider services,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        IDoctorCheck[] checks =
        [
            new ModelCheck(services),
            .. services.GetServices<IDoctorCheck>(),
            new CameraCheck(services),
            new GpioCheck(services),
            new BrokerCheck(services),
            new PermissionCheck(services),
            new PortCheck(services),
            new FolderCheck(),
            new StateCheck(services),
            new TemperatureCheck(services),
            new ClockCheck(services.GetRequiredService<TimeProvider>()),
        ];
        var results = new List<CheckResult> { CheckSettings(services) };
        await ProgressLine
            .RunAsync(terminal, "checks", checks.Length, async advance =>
            {
                for (int i = 0; i < checks.Length; i++)
                {
                    results.Add(await RunAsync(checks[i], cancellationToken).ConfigureAwait(false));
                    advance(i + 1);
                }
            })
            .ConfigureAwait(false);
        return results;
    }

    private static async Task<CheckResult> RunAsync(IDoctorCheck check, CancellationToken cancellationToken)
    {
        try
        {
            return await check.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OptionsValidationException exception)
        {
            return new CheckResult(
                check.Name,
                CheckOutcome.Failed,
                string.Join(' ', exception.Failures),
                "Correct the setting; docs/configuration.md says what is allowed."
            );
        }
#pragma warning disable CA1031 // A check that breaks is itself a finding.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return new CheckResult(check.Name, CheckOutcome.Failed, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>Keys and types were checked when the sources were read; what is left are the rules of every section.</summary>
    private static CheckResult CheckSettings(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return new CheckResult("settings", CheckOutcome.Ok, "Every setting is known and allowed.");
        }
        catch (Exception exception) when (exception is OptionsValidationException or AggregateException)
        {
            return new CheckResult(
                "settings",
                CheckOutcome.Failed,
                string.Join(' ', SettingFailures.Read(exception)),
                "Correct the settings; docs/configuration.md says what is allowed."
            );
        }
    }

    private static void Show(Terminal terminal, IReadOnlyList<CheckResult> results)
    {
        Table table = Tables.OfWords("check", "", "finding");
        foreach (CheckResult result in results)
        {
            var style = new Style(
                result.Outcome switch
                {
                    CheckOutcome.Ok => Color.Green,
                    CheckOutcome.Warning => Color.Yellow,
                    CheckOutcome.Failed => Color.Red,
                    _ => Color.Grey,
                }
            );
            table.AddRow(
                new Text(result.Check),
                new Text(result.Outcome.ToString().ToLowerInvariant(), style),
                new Text(Terminal.Printable(result.Finding))
            );
            if (result.Fix is not null)
                table.Add("", "", "fix: " + result.Fix);
        }

        terminal.Write(table);
    }
}
