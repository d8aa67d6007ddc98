using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using RNNPool.Edge.Settings;

namespace RNNPool.Edge.Web.Settings;

/// <summary>A setting.</summary>
/// <param name="Key">Full key.</param>
/// <param name="Section">First part of the key.</param>
/// <param name="Type">
/// <c>number</c>, <c>integer</c>, <c>boolean</c>, <c>duration</c>, <c>text</c>, <c>choice</c>, <c>secret</c> or <c>list</c> (of texts).
/// </param>
/// <param name="Description">Description with unit, range and default.</param>
/// <param name="Value">Its value; null when it is not set, and always for a secret.</param>
/// <param name="Default">Its default.</param>
/// <param name="Origin"><c>default</c>, <c>file</c>, <c>environment</c> or <c>commandLine</c>.</param>
/// <param name="Restart">Whether a change applies after a restart only.</param>
/// <param name="Pending">Whether the value waits for a restart.</param>
/// <param name="Minimum">Least number.</param>
/// <param name="Maximum">Greatest number.</param>
/// <param name="Choices">Allowed values of a choice.</param>
/// <param name="Set">Whether a secret is set; null for other types.</param>
/// <param name="Locked">Why it cannot be changed here, as a sentence; null when it can.</param>
internal sealed record SettingReport(
    string Key,
    string Section,
    string Type,
    string Description,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonNode? Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonNode? Default,
    string Origin,
    bool Restart,
    bool Pending,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Minimum,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Maximum,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Set,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Locked
);

/// <summary>Every setting with its description, range and value, from the options classes and their attributes.</summary>
internal static class SettingCatalogue
{
    /// <summary>
    /// Lists the settings that are values or lists of texts. Zones and masks have an editor of their own; pins are lists of objects.
    /// </summary>
    /// <param name="settings">All settings.</param>
    /// <param name="fresh">The settings of the sources.</param>
    /// <param name="inForce">The settings of the running device.</param>
    public static IReadOnlyList<SettingReport> List(SettingsSchema settings, DeviceSettings fresh, DeviceSettings inForce)
    {
        var reports = new List<SettingReport>();
        foreach ((string name, SettingNode section) in settings.Root.Children)
            Add(settings, reports, section, section.CreateDefault(), name, fresh, inForce);
        return reports;
    }

    /// <summary>Why the page cannot change a setting, as a sentence; null when it can.</summary>
    public static string? FindLock(SettingNode node, DeviceSettings fresh, string key) =>
        node.IsFileOnly
            ? $"{key} can be changed only in the configuration file, because it limits those who have access to the page."
            : SettingsWriter.Overridden(fresh, key);

    private static void Add(
        SettingsSchema settings,
        List<SettingReport> reports,
        SettingNode node,
        object? start,
        string key,
        DeviceSettings fresh,
        DeviceSettings inForce
    )
    {
        switch (node.Shape)
        {
            case SettingShape.Section:
                foreach ((string name, SettingNode child) in node.Children)
                    Add(settings, reports, child, start is null ? null : child.Property!.GetValue(start), $"{key}:{name}", fresh, inForce);
                break;
            case SettingShape.Dictionary when node.Entry is { Shape: SettingShape.Section } entry:
                foreach (string name in Names(fresh, key))
                    Add(settings, reports, entry, entry.CreateDefault(), $"{key}:{name}", fresh, inForce);
                break;
            case SettingShape.Value:
                reports.Add(Value(settings, node, start, key, fresh, inForce));
                break;
            case SettingShape.List when node.Entry is { Shape: SettingShape.Value } && !key.EndsWith(":Masks", StringComparison.Ordinal):
                reports.Add(List(settings, node, key, fresh, inForce));
                break;
        }
    }

    private static SettingReport Value(
        SettingsSchema settings,
        SettingNode node,
        object? start,
        string key,
        DeviceSettings fresh,
        DeviceSettings inForce
    )
    {
        bool secret = node.IsSecret;
        Setting setting = fresh.Values.GetValueOrDefault(key);
        string type = secret ? "secret" : TypeName(node.Type);
        string? startText = SettingValues.Text(start) is { Length: > 0 } text ? text : null;
        bool hidden = secret || (setting.Value is not null && setting.Value == settings.SetUpValues.GetValueOrDefault(key));
        SettingRangeAttribute? range = node.Rules.OfType<SettingRangeAttribute>().FirstOrDefault(rule => rule.Shortest is null);
        Type core = Nullable.GetUnderlyingType(node.Type) ?? node.Type;
        return new SettingReport(
            key,
            key[..key.IndexOf(':', StringComparison.Ordinal)],
            type,
            SettingText.Describe(node, start),
            hidden ? null : Json(type, settings.Mask(key, setting.Value)) ?? Json(type, startText),
            Json(type, startText),
            Origin(setting, fresh),
            !settings.IsLive(key),
            setting.Value != inForce.Values.GetValueOrDefault(key).Value,
            range?.Minimum,
            range?.Maximum,
            core.IsEnum ? Enum.GetNames(core) : null,
            secret ? !string.IsNullOrEmpty(setting.Value) : null,
            FindLock(node, fresh, key)
        );
    }

    private static SettingReport List(SettingsSchema settings, SettingNode node, string key, DeviceSettings fresh, DeviceSettings inForce)
    {
        string[] entries = Entries(fresh, key),
            old = Entries(inForce, key);
        Setting first = fresh.Values.FirstOrDefault(pair => pair.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase)).Value;
        return new SettingReport(
            key,
            key[..key.IndexOf(':', StringComparison.Ordinal)],
            "list",
            SettingText.Describe(node, null),
            new JsonArray([.. entries.Select(entry => (JsonNode)settings.Mask(key, entry)!)]),
            new JsonArray(),
            Origin(first, fresh),
            !settings.IsLive(key),
            !entries.SequenceEqual(old),
            null,
            null,
            null,
            null,
            FindLock(node, fresh, key)
        );
    }

    /// <summary>The names of the entries that the settings have.</summary>
    private static IEnumerable<string> Names(DeviceSettings settings, string key) =>
        settings
            .Values.Keys.Where(other => other.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase))
            .Select(other => other[(key.Length + 1)..].Split(':')[0])
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.Ordinal);

    private static string[] Entries(DeviceSettings settings, string key) =>
        [
            .. settings
                .Values.Where(pair => pair.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase) && pair.Value.Value is not null)
                .OrderBy(pair => pair.Key.Length)
                .ThenBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
                .Select(pair => pair.Value.Value!),
        ];

    private static string Origin(Setting setting, DeviceSettings settings) =>
        setting.Value is null
            ? "default"
            : setting.Origin switch
            {
                "environment" => "environment",
                "command line" => "commandLine",
                _ => setting.Origin == settings.File ? "file" : "default",
            };

    private static string TypeName(Type type)
    {
        Type core = Nullable.GetUnderlyingType(type) ?? type;
        if (core.IsEnum)
            return "choice";
        if (core == typeof(bool))
            return "boolean";
        if (core == typeof(TimeSpan))
            return "duration";
        if (core == typeof(int) || core == typeof(long))
            return "integer";
        return core == typeof(float) || core == typeof(double) ? "number" : "text";
    }

    private static JsonNode? Json(string type, string? text)
    {
        if (text is null)
            return null;
        return type switch
        {
            "boolean" when bool.TryParse(text, out bool flag) => flag,
            "integer"
            or "number"
                when decimal.TryParse(
                    text,
                    System.Globalization.NumberStyles.Float,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out decimal number
                ) => number,
            _ => text,
        };
    }
}
