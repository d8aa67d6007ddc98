using System.CommandLine;
using System.Text.Json.Serialization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;
using Spectre.Console;

namespace RNNPool.Edge.Cli;

/// <summary>
/// <c>rnnpool-edge config</c>: validates the settings, prints them with their origins, and prints the schema of the file.
/// </summary>
internal static class ConfigCommand
{
    public static IReadOnlyList<(Command Command, string Examples)> Build(Terminal terminal, IDeviceComposer composer)
    {
        var command = new Command("config", "Check and show the settings.");
        (Command, string)[] parts = [Check(terminal, composer), Show(terminal, composer), Schema(terminal)];
        foreach ((Command part, _) in parts)
            command.Add(part);
        return [(command, "  rnnpool-edge config check --config ./device.json\n  rnnpool-edge config show"), .. parts];
    }

    private static (Command Command, string Examples) Check(Terminal terminal, IDeviceComposer composer)
    {
        var json = Terminal.JsonOption("a sentence");
        var command = new Command(
            "check",
            "Check every setting, and open the files, addresses and the model that the settings name, without starting anything."
        )
        {
            json,
        };
        SharedOptions shared = SharedOptions.AddTo(command, composer, device: true);
        command.SetAction(result =>
        {
            TargetDevice device = shared.LoadDevice(result, setUp: true);
            StateLocation.DropPrivileges(device);
            DeviceSettings settings = device.Settings;
            composer.Validate(settings);
            if (composer.FindProblems(settings) is { Count: > 0 } problems)
            {
                throw new CommandException(
                    string.Join('\n', problems),
                    "The device starts with these settings, without the parts that they concern; its page can correct them.",
                    ExitCode.Configuration
                );
            }

            int set = settings.Values.Values.Count(setting => setting.Origin != "default");
            if (result.GetValue(json))
                terminal.WriteJson(
                    new CheckedSettings(true, set, settings.File, device.Running?.Process),
                    ConfigJson.Default.CheckedSettings
                );
            else
                terminal.WriteLine($"The settings are valid; {set} are set. {Describe(device)}");
            return ExitCode.Ok;
        });
        return (command, "  rnnpool-edge config check --config ./device.json");
    }

    private static string Describe(TargetDevice device)
    {
        string file = device.Settings.File ?? "no file";
        return device.Running is { } running ? $"The device that runs, {running}, has {file}." : $"The file is {file}.";
    }

    private static (Command Command, string Examples) Show(Terminal terminal, IDeviceComposer composer)
    {
        var all = new Option<bool>("--all") { Description = "Also show the defaults of settings that are not set." };
        var json = Terminal.JsonOption();
        var command = new Command(
            "show",
            "Show the settings in force, where they come from, and whether a change applies at once; secrets are hidden."
        )
        {
            all,
            json,
        };
        SharedOptions shared = SharedOptions.AddTo(command, composer, device: true);
        command.SetAction(result =>
        {
            ShownSetting[] settings =
            [
                .. EffectiveSettings.List(composer.Settings.Schema, shared.LoadDevice(result).Settings, result.GetValue(all)),
            ];
            if (result.GetValue(json))
                terminal.WriteJson(settings, EffectiveSettingsJson.Default.ShownSettingArray);
            else
                Print(terminal, settings);
            return ExitCode.Ok;
        });
        return (command, "  rnnpool-edge config show --all\n  rnnpool-edge config show --json --config ./device.json");
    }

    private static (Command Command, string Examples) Schema(Terminal terminal)
    {
        var command = new Command("schema", "Print the JSON schema of the configuration file.");
        command.SetAction(_ =>
        {
            terminal.Output.Profile.Out.Writer.Write(JsonSchema.Shipped);
            return ExitCode.Ok;
        });
        return (command, "  rnnpool-edge config schema > rnnpool-edge.schema.json");
    }

    private static void Print(Terminal terminal, ShownSetting[] settings)
    {
        Table table = Tables.CreateText("setting", "value", "from", "a change applies");
        foreach (ShownSetting setting in settings)
            table.Add(setting.Key, setting.Value ?? "not set", setting.Origin, setting.Applies);
        terminal.Write(table);
    }
}

/// <summary>Result of <c>config check</c> for valid settings.</summary>
/// <param name="Valid">Always true; errors go to standard error.</param>
/// <param name="Set">How many settings are set.</param>
/// <param name="File">The configuration file, whether it exists or not; null without one.</param>
/// <param name="Process">The process of the running device that has these settings; null when none was found.</param>
internal sealed record CheckedSettings(bool Valid, int Set, string? File, int? Process);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(CheckedSettings))]
internal sealed partial class ConfigJson : JsonSerializerContext;
