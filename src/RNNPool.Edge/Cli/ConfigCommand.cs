using System.CommandLine;
using System.Text.Json.Serialization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Settings;
using Spectre.Console;

namespace RNNPool.Edge.Cli;

/// <summary><c>rnnpool-edge config</c>: whether the settings are allowed, what they are and where they come from, and the schema of the file.</summary>
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
        var command = new Command("check", "Check every setting, as run would, without starting anything.") { json };
        SharedOptions shared = SharedOptions.AddTo(command, composer, device: true);
        command.SetAction(result =>
        {
            DeviceSettings settings = shared.Load(result);
            composer.Validate(settings);
            if (result.GetValue(json))
                terminal.WriteJson(new CheckedSettings(true, settings.Values.Count, settings.File), ConfigJson.Default.CheckedSettings);
            else
                terminal.WriteLine($"The settings are right; {settings.Values.Count} are set.");
            return ExitCode.Ok;
        });
        return (command, "  rnnpool-edge config check --config ./device.json");
    }

    private static (Command Command, string Examples) Show(Terminal terminal, IDeviceComposer composer)
    {
        var all = new Option<bool>("--all") { Description = "Show the defaults of what is not set, too." };
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
            ShownSetting[] settings = [.. EffectiveSettings.List(composer.Settings.Schema, shared.Load(result), result.GetValue(all))];
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
        Table table = Tables.OfWords("setting", "value", "from", "a change applies");
        foreach (ShownSetting setting in settings)
            table.Add(setting.Key, setting.Value ?? "not set", setting.Origin, setting.Applies);
        terminal.Write(table);
    }
}

/// <summary>What <c>config check</c> says of settings that are right.</summary>
/// <param name="Valid">Always true: what is wrong is said on standard error.</param>
/// <param name="Set">How many settings are set.</param>
/// <param name="File">The configuration file that was read, or would be if it were there; null when none is.</param>
internal sealed record CheckedSettings(bool Valid, int Set, string? File);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CheckedSettings))]
internal sealed partial class ConfigJson : JsonSerializerContext;
