using System.Globalization;

namespace RNNPool.Edge.Settings;

/// <summary>Describes settings in words, for the schema, the documentation and the page.</summary>
internal static class SettingText
{
    private static readonly (TimeSpan Length, string Name)[] Units =
    [
        (TimeSpan.FromDays(1), "day"),
        (TimeSpan.FromHours(1), "h"),
        (TimeSpan.FromMinutes(1), "min"),
        (TimeSpan.FromSeconds(1), "s"),
        (TimeSpan.FromMilliseconds(1), "ms"),
    ];

    /// <summary>What the setting is, with the allowed values and the default, as sentences.</summary>
    /// <param name="node">The setting.</param>
    /// <param name="value">Its default.</param>
    public static string Describe(SettingNode node, object? value)
    {
        string description = node.Setting?.Description ?? "";
        string allowed = Allowed(node);
        string range = allowed.Length > 0 ? $" Allowed: {allowed}." : "";
        string start = node.Setting?.Required == true ? "" : $" Default: {Default(node, value)}.";
        return (description + range + start).Trim();
    }

    /// <summary>The allowed values as a phrase; empty for any text.</summary>
    public static string Allowed(SettingNode node)
    {
        if (node.Setting?.Allowed is { } phrase)
            return phrase;
        SettingNode value =
            node.Shape is SettingShape.List or SettingShape.Dictionary && node.Entry is { Shape: SettingShape.Value } entry ? entry : node;
        string allowed = string.Join(", ", node.Rules.Select(Phrase));
        if (allowed.Length > 0)
            return node.Setting?.Unit is { } unit ? $"{allowed} {unit}" : allowed;
        Type core = Nullable.GetUnderlyingType(value.Type) ?? value.Type;
        if (value.Shape != SettingShape.Value)
            return "";
        return core == typeof(bool) ? "true, false"
            : core.IsEnum ? string.Join(", ", Enum.GetNames(core))
            : "";
    }

    /// <summary>The default as a phrase.</summary>
    public static string Default(SettingNode node, object? value)
    {
        if (node.Setting?.Default is { } phrase)
            return phrase;
        string? text = node.Shape == SettingShape.Value ? SettingValues.Text(value) : null;
        return string.IsNullOrEmpty(text) ? "none" : text;
    }

    /// <summary>A duration as documentation writes it, such as 0.5 s or 10 min.</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return "0 s";
        foreach ((TimeSpan length, string name) in Units)
        {
            bool suits = duration >= length || (name == "s" && duration >= TimeSpan.FromSeconds(0.05));
            double count = duration / length;
            if (!suits || (name is "day" or "h" or "min" && count != Math.Floor(count)))
                continue;
            return string.Create(CultureInfo.InvariantCulture, $"{count:0.###} {name}{(name == "day" && count != 1 ? "s" : "")}");
        }

        return duration.ToString("c", CultureInfo.InvariantCulture);
    }

    private static string Phrase(SettingRuleAttribute rule) =>
        rule switch
        {
            SettingRangeAttribute { Shortest: { } shortest, Longest: { } longest } => $"{Duration(shortest)} to {Duration(longest)}",
            SettingRangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}"),
            _ => rule.Allowed,
        };
}
