using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RNNPool.Edge.Settings;

/// <summary>Makes the JSON schema of the configuration file out of the options classes and their documentation.</summary>
internal static partial class JsonSchema
{
    /// <summary>The schema that the program carries with it.</summary>
    public static string Shipped
    {
        get
        {
            using Stream stream = typeof(JsonSchema).Assembly.GetManifestResourceStream("rnnpool-edge.schema.json")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>Makes the schema.</summary>
    /// <param name="settings">All settings.</param>
    /// <param name="documentation">The XML documentation of the assemblies that hold options classes.</param>
    public static string Make(SettingsSchema settings, IEnumerable<XDocument> documentation)
    {
        var words = documentation
            .SelectMany(document => document.Descendants("member"))
            .GroupBy(member => (string)member.Attribute("name")!)
            .ToDictionary(group => group.Key, group => Plain(group.First().Element("summary")));
        JsonObject sections = [];
        sections["$schema"] = new JsonObject { ["type"] = "string" };
        foreach ((string name, SettingNode node) in settings.Root.Children)
        {
            JsonObject section = Of(node, Activator.CreateInstance(node.Type), words);
            if (words.TryGetValue("T:" + node.Type.FullName!.Replace('+', '.'), out string? text))
                section["description"] = text;
            sections[name] = section;
        }

        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Configuration of rnnpool-edge",
            ["description"] = "Made from the options classes; docs/configuration.md explains every setting.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = sections,
        };
        return schema.ToJsonString(
                new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            ) + "\n";
    }

    private static JsonObject Of(SettingNode node, object? value, Dictionary<string, string> words)
    {
        JsonObject schema = node.Shape switch
        {
            SettingShape.Value => OfValue(node.Type, value),
            SettingShape.List => new JsonObject { ["type"] = "array", ["items"] = Of(node.Entry!, Sample(node.Entry!), words) },
            SettingShape.Dictionary => new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = Of(node.Entry!, Sample(node.Entry!), words),
            },
            _ => OfSection(node, value, words),
        };
        if (node.Property is not { } property)
            return schema;
        string member = $"P:{property.DeclaringType!.FullName!.Replace('+', '.')}.{property.Name}";
        if (!words.TryGetValue(member, out string? text))
            return schema;
        schema["description"] = text;
        if (schema["type"]?.GetValueKind() == JsonValueKind.String && (string?)schema["type"] is "integer" or "number")
            AddRange(schema, text);
        if ((Nullable.GetUnderlyingType(node.Type) ?? node.Type) == typeof(TimeSpan))
            schema["description"] = text + Durations(text);
        return schema;
    }

    private static JsonObject OfSection(SettingNode node, object? value, Dictionary<string, string> words)
    {
        var properties = new JsonObject();
        foreach ((string name, SettingNode child) in node.Children)
            properties[name] = Of(child, value is null ? null : child.Property!.GetValue(value), words);
        return new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
    }

    private static JsonObject OfValue(Type type, object? value)
    {
        Type core = Nullable.GetUnderlyingType(type) ?? type;
        var schema = new JsonObject();
        if (core.IsEnum)
            schema["enum"] = new JsonArray([.. Enum.GetNames(core).Select(name => (JsonNode)name)]);
        else if (core == typeof(bool))
            schema["type"] = "boolean";
        else if (core == typeof(int) || core == typeof(long))
            schema["type"] = "integer";
        else if (core == typeof(float) || core == typeof(double))
            schema["type"] = "number";
        else
            schema["type"] = "string";
        if (core == typeof(TimeSpan))
            schema["pattern"] = @"^(\d+\.)?\d{1,2}:\d{2}(:\d{2}(\.\d{1,7})?)?$";
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

    /// <summary>The documentation of a number says its range as "0.5 to 10"; docs and validators are held together by tests.</summary>
    private static void AddRange(JsonObject schema, string text)
    {
        Match match = Range().Match(text);
        if (!match.Success)
            return;
        schema["minimum"] = decimal.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        schema["maximum"] = decimal.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>JSON Schema has no limits for durations; the description says them as they are written, besides as "0.5 s to 5 min".</summary>
    private static string Durations(string text)
    {
        Match match = DurationRange().Match(text);
        if (!match.Success)
            return "";
        string unit = match.Groups[4].Value;
        TimeSpan? shortest = match.Groups[1].Success
            ? Duration(match.Groups[1].Value, match.Groups[2].Success ? match.Groups[2].Value : unit)
            : null;
        TimeSpan? longest = match.Groups[3].Success ? Duration(match.Groups[3].Value, unit) : null;
        return longest is null ? $" (at least {shortest})"
            : shortest is null ? $" (at most {longest})"
            : $" ({shortest} to {longest})";
    }

    private static TimeSpan Duration(string number, string unit) =>
        double.Parse(number, CultureInfo.InvariantCulture)
        * unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "min" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => TimeSpan.FromDays(1),
        };

    private static object? Sample(SettingNode node) =>
        node.Shape == SettingShape.Section && node.Type.GetConstructor(Type.EmptyTypes) is not null
            ? Activator.CreateInstance(node.Type)
            : null;

    private static string Plain(XElement? summary)
    {
        if (summary is null)
            return "";
        string text = string.Concat(
            summary
                .Nodes()
                .Select(node =>
                    node is XElement element
                        ? element.Attribute("cref") is { } cref
                            ? cref.Value[(cref.Value.LastIndexOf('.') + 1)..]
                            : element.Value
                        : node.ToString(SaveOptions.DisableFormatting)
                )
        );
        return Spaces()
            .Replace(
                text.Replace("&amp;", "&", StringComparison.Ordinal)
                    .Replace("&lt;", "<", StringComparison.Ordinal)
                    .Replace("&gt;", ">", StringComparison.Ordinal),
                " "
            )
            .Trim();
    }

    [GeneratedRegex(
        @"(?<![\d.])(-?\d+(?:\.\d+)?) to (-?\d+(?:\.\d+)?)(?!\s*(?:s|min|h|day|characters|hexadecimal|letters|%)\b)(?![\d.]*\d)"
    )]
    private static partial Regex Range();

    [GeneratedRegex(
        @"(?:(?<![\d.])(\d+(?:\.\d+)?) ?(ms|s|min|h|days?)?|[A-Z][A-Za-z]+) to (?:(\d+(?:\.\d+)?) (ms|s|min|h|days?)\b|[A-Z][A-Za-z]+)"
    )]
    private static partial Regex DurationRange();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
