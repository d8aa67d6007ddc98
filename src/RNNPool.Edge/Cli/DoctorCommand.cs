using System.CommandLine;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Settings;
using Spectre.Console;

namespace RNNPool.Edge.Cli;

/// <summary><c>rnnpool-edge doctor</c>: checks what <c>run</c> needs, and prints how to fix it.</summary>
internal static class DoctorCommand
{
    public static (Command Command, string Examples) Build(Terminal terminal, IDeviceComposer composer)
    {
        var json = Terminal.JsonOption();
        var command = new Command("doctor", "Check the settings and all parts of the device, and print how to fix what is wrong.") { json };
        SharedOptions shared = SharedOptions.AddTo(command, composer, device: true);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                DeviceSettings settings = Load(shared, result);
                Composition<DoctorRunner> doctor = composer.Compose<DoctorRunner>(settings);
                await using (doctor.ConfigureAwait(false))
                {
                    IReadOnlyList<CheckResult> results = await ProgressLine
                        .RunAsync(terminal, "checks", doctor.Root.Count, advance => doctor.Root.RunAsync(advance, cancellationToken))
                        .ConfigureAwait(false);
                    results = [.. results.Select(check => Rename(check, text => SettingOption.Rename(text, result, settings)))];
                    if (result.GetValue(json))
                        terminal.WriteJson([.. results], CheckJson.Default.CheckResultList);
                    else
                        Print(terminal, results);
                    return results.Any(check => check.Outcome == CheckOutcome.Failed) ? ExitCode.Failure : ExitCode.Ok;
                }
            }
        );
        return (
            command,
            """
              rnnpool-edge doctor
              rnnpool-edge doctor --camera /dev/video0
              rnnpool-edge doctor --config /etc/rnnpool-edge/config.json --json
            """
        );
    }

    private static DeviceSettings Load(SharedOptions shared, ParseResult result)
    {
        TargetDevice device = shared.LoadDevice(result, setUp: true);
        StateLocation.DropPrivileges(device);
        return device.Settings;
    }

    private static CheckResult Rename(CheckResult check, Func<string, string> name) =>
        check with
        {
            Finding = name(check.Finding),
            Fix = check.Fix is { } fix ? name(fix) : null,
        };

    private static void Print(Terminal terminal, IReadOnlyList<CheckResult> results)
    {
        Table table = Tables.CreateText("check", "", "finding");
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
