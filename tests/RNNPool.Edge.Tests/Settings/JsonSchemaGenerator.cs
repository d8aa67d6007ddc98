using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Tests.Settings;

/// <summary>Creates the JSON schema of the configuration file from the options classes, their attributes and their defaults.</summary>
internal static class JsonSchemaGenerator
{
    private static readonly JsonSerializerOptions Writing = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Creates the schema.</summary>
    /// <param name="settings">All settings.</param>
    public static string Create(SettingsSchema settings)
    {
        JsonObject sections = new() { ["$schema"] = new JsonObject { ["type"] = "string" } };
        foreach ((string name, SettingNode node) in settings.Root.Children)
            sections[name] = Create(node, Activator.CreateInstance(node.Type));
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Configuration of rnnpool-edge",
            ["description"] = "Generated from the options classes; docs/configuration.md explains every setting.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = sections,
        };
        return schema.ToJsonString(Writing) + "\n";
    }

    private static JsonObject Create(SettingNode node, object? value)
    {
        JsonObject schema = node.Shape switch
        {
            SettingShape.Value => Value(node, value),
            SettingShape.List => List(node),
            SettingShape.Dictionary => Dictionary(node),
            _ => Section(node, value),
        };
        if (node.Setting is null)
            return schema;
        schema["description"] = node.Shape == SettingShape.Section ? node.Setting.Description : SettingText.Describe(node, value);
        return schema;
    }

    private static JsonObject List(SettingNode node)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Create(node.Entry!, Sample(node.Entry!)) };
        if (node.Rules.OfType<SettingCountAttribute>().FirstOrDefault() is { } count)
            schema["maxItems"] = count.Maximum;
        return schema;
    }

    private static JsonObject Dictionary(SettingNode node)
    {
        var schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = Create(node.Entry!, Sample(node.Entry!)) };
        if (node.Rules.OfType<SettingCountAttribute>().FirstOrDefault() is { } count)
            schema["maxProperties"] = count.Maximum;
        if (node.Rules.OfType<SettingNamesAttribute>().FirstOrDefault() is { } names)
            schema["propertyNames"] = new JsonObject { ["pattern"] = names.Pattern };
        return schema;
    }

    private static JsonObject Section(SettingNode node, object? value)
    {
        var properties = new JsonObject();
        foreach ((string name, SettingNode child) in node.Children)
            properties[name] = Create(child, value is null ? null : child.Property!.GetValue(value));
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        string[] required = [.. node.Children.Where(child => child.Value.Setting?.Required == true).Select(child => child.Key)];
        if (required.Length > 0)
            schema["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]);
        JsonNode[] relations =
        [
            .. node.Type.GetCustomAttributes<SettingNeedsAttribute>().Select(rule => Needs(node, rule)),
            .. node
                .Type.GetCustomAttributes<SettingExcludesAttribute>()
                .Select(rule => new JsonObject { ["not"] = new JsonObject { ["required"] = new JsonArray(rule.First, rule.Second) } }),
        ];
        if (relations.Length > 0)
            schema["allOf"] = new JsonArray(relations);
        return schema;
    }

    private static JsonObject Needs(SettingNode section, SettingNeedsAttribute rule)
    {
        JsonObject when = rule.When is { } word ? new JsonObject { ["const"] = word } : IsSet(section.Children[rule.Name]);
        JsonObject needed = IsSet(section.Children[rule.Needs]);
        if (rule.Pattern is { } pattern)
            needed["pattern"] = pattern;
        return new JsonObject
        {
            ["if"] = new JsonObject
            {
                ["required"] = new JsonArray(rule.Name),
                ["properties"] = new JsonObject { [rule.Name] = when },
            },
            ["then"] = new JsonObject
            {
                ["required"] = new JsonArray(rule.Needs),
                ["properties"] = new JsonObject { [rule.Needs] = needed },
            },
        };
    }

    private static JsonObject IsSet(SettingNode node) =>
        node.Shape switch
        {
            SettingShape.List => new JsonObject { ["minItems"] = 1 },
            SettingShape.Dictionary => new JsonObject { ["minProperties"] = 1 },
            _ when node.Type == typeof(bool) => new JsonObject { ["const"] = true },
            _ => new JsonObject { ["minLength"] = 1 },
        };

    private static JsonObject Value(SettingNode node, object? value)
    {
        Type core = Nullable.GetUnderlyingType(node.Type) ?? node.Type;
        var schema = new JsonObject();
        if (core.IsEnum)
            schema["enum"] = new JsonArray([.. Enum.GetNames(core).Select(name => (JsonNode)name)]);
        else if (core == typeof(bool))
            schema["type"] = "boolean";
        else if (core == typeof(int) || core == typeof(long))
            schema["type"] = "integer";
        else if (core == typeof(float) || core == typeof(double))
            schema["type"] = "number";
        else if (node.Setting?.NumberAllowed == true || node.EntryOf?.Setting?.NumberAllowed == true)
            schema["type"] = new JsonArray("string", "number", "boolean");
        else
            schema["type"] = "string";
        if (core == typeof(TimeSpan))
            schema["pattern"] = SettingsSchema.DurationPattern;
        foreach (SettingRuleAttribute rule in node.Rules)
            Add(schema, rule);
        if (value is null or "")
            return schema;
        schema["default"] = value switch
        {
            bool flag => flag,
            int or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
            float or double => decimal.Parse(SettingValues.Text(value)!, NumberStyles.Float, CultureInfo.InvariantCulture),
            _ => SettingValues.Text(value),
        };
        return schema;
    }

    private static void Add(JsonObject schema, SettingRuleAttribute rule)
    {
        switch (rule)
        {
            case SettingRangeAttribute { Shortest: null } range:
                schema["minimum"] = (decimal)range.Minimum;
                schema["maximum"] = (decimal)range.Maximum;
                break;
            case SettingOddAttribute:
                schema["not"] = new JsonObject { ["multipleOf"] = 2 };
                break;
            case SettingTextAttribute text:
                schema["minLength"] = text.Minimum;
                schema["maxLength"] = text.Maximum;
                AddPattern(schema, text.Pattern);
                break;
            case SettingPatternAttribute pattern:
                AddPattern(schema, pattern.Pattern);
                break;
        }
    }

    // A schema has one pattern; a second one is a part of its own.
    private static void AddPattern(JsonObject schema, string pattern)
    {
        if (schema["pattern"] is null)
            schema["pattern"] = pattern;
        else
            schema["allOf"] = new JsonArray(new JsonObject { ["pattern"] = pattern });
    }

    private static object? Sample(SettingNode node) =>
        node.Shape == SettingShape.Section && node.Type.GetConstructor(Type.EmptyTypes) is not null
            ? Activator.CreateInstance(node.Type)
            : null;
}
