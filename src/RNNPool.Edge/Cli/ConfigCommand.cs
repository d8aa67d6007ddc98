using System.CommandLine;
using System.Text.Json.Serialization;
using RNNPool.Edge.Core;
using RNNPool.Edge.Host;
using RNNPool.Edge.Settings;
using Spectre.Console;

namespace RNNPool.Edge.Cli;

/// <summary><c>rnnpool-edge config</c>: whether the settings are allowed, what they are and where they come from, and the schema of the file.</summary>
internal static class ConfigCommand
{
    public static IReadOnlyList<(Command Command, string Examples)> Build(Terminal terminal)
    {
        var command = new Command("config", "Check and show the settings.");
        (Command, string)[] parts = [Check(terminal), Show(terminal), Schema(terminal)];
        foreach ((Command part, _) in parts)
            command.Add(part);
        return [(command, "  rnnpool-edge config check --config ./device.json\n  rnnpool-edge config show"), .. parts];
    }

    private static (Command Command, string Examples) Check(Terminal terminal)
    {
        var json = Terminal.JsonOption("a sentence");
        var command = new Command("check", "Check every setting, as run would, without starting anything.") { json };
        SharedOptions shared = SharedOptions.AddTo(command, device: true);
        command.SetAction(result =>
        {
            DeviceSettings settings = shared.Load(result);
            DeviceHost.Validate(settings);
            if (result.GetValue(json))
                terminal.WriteJson(new CheckedSettings(true, settings.Values.Count, settings.File), ConfigJson.Default.CheckedSettings);
            else
                terminal.WriteLine($"The settings are right; {settings.Values.Count} are set.");
            return ExitCode.Ok;
        });
        return (command, "  rnnpool-edge config check --config ./device.json");
    }

    private static (Command Command, string Examples) Show(Terminal terminal)
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
        SharedOptions shared = SharedOptions.AddTo(command, device: true);
        command.SetAction(result =>
        {
            ShownSetting[] settings = [.. Effective(shared.Load(result), result.GetValue(all))];
            if (result.GetValue(json))
                terminal.WriteJson(settings, ConfigJson.Default.ShownSettingArray);
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

    /// <summary>What is set and, if wanted, what is not, by key.</summary>
    internal static IEnumerable<ShownSetting> Effective(DeviceSettings settings, bool all)
    {
        IEnumerable<ShownSetting> set = settings
            .Values.Where(pair => pair.Value.Value is not null)
            .Select(pair => Shown(pair.Key, pair.Value.Value, pair.Value.Origin));
        if (!all)
            return set.OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase);
        IEnumerable<ShownSetting> defaults = SettingsSchema
            .Root.Children.SelectMany(section => SettingValues.Of(section.Value, Activator.CreateInstance(section.Value.Type), section.Key))
            .Where(value => !settings.Values.TryGetValue(value.Key, out Setting known) || known.Value is null)
            .Select(value => Shown(value.Key, value.Text, "default"));
        return set.Concat(defaults).OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase);
    }

    private static ShownSetting Shown(string key, string? value, string origin) =>
        new(key, SettingValues.Shown(key, value), origin, LiveSettings.Contains(key) ? "at once" : "after a restart");

    private static void Print(Terminal terminal, ShownSetting[] settings)
    {
        Table table = Tables.OfWords("setting", "value", "from", "a change applies");
        foreach (ShownSetting setting in settings)
            table.Add(setting.Key, setting.Value ?? "not set", setting.Origin, setting.Applies);
        terminal.Write(table);
    }
}

/// <summary>One line of <c>config show</c>.</summary>
/// <param name="Key">Full key.</param>
/// <param name="Value">Its value, or *** for a secret; null when it is not set.</param>
/// <param name="Origin">Where it comes from: a file, <c>environment</c>, <c>command line</c> or <c>default</c>.</param>
/// <param name="Applies">When a change applies: <c>at once</c> or <c>after a restart</c>.</param>
internal sealed record ShownSetting(string Key, string? Value, string Origin, string Applies);

/// <summary>What <c>config check</c> says of settings that are right.</summary>
/// <param name="Valid">Always true: what is wrong is said on standard error.</param>
/// <param name="Set">How many settings are set.</param>
/// <param name="File">The configuration file that was read, or would be if it were there; null when none is.</param>
internal sealed record CheckedSettings(bool Valid, int Set, string? File);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ShownSetting[]))]
[JsonSerializable(typeof(CheckedSettings))]
internal sealed partial class ConfigJson : JsonSerializerContext;
