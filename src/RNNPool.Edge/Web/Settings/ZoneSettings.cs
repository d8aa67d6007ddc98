using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Web.Settings;

/// <summary>A zone with its corners as points; docs/presence.md describes its parts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Points">Its corners in order, each as x and y from 0 to 1.</param>
/// <param name="Anchor"><c>BottomCentre</c> or <c>Centre</c>.</param>
/// <param name="Labels">Labels that count; none for all.</param>
/// <param name="Margin">Fraction of the frame's height.</param>
/// <param name="MinHeight">Fraction of the frame's height.</param>
/// <param name="EnterThreshold">0 to 0.9999.</param>
/// <param name="LeaveThreshold">0 to the enter threshold.</param>
/// <param name="OffDelay">A duration, such as 00:00:00.5.</param>
internal sealed record ZoneReport(
    string Name,
    IReadOnlyList<double[]> Points,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Anchor = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Labels = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Margin = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? MinHeight = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? EnterThreshold = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? LeaveThreshold = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? OffDelay = null
);

/// <summary>Zones, and polygons in which motion does not count.</summary>
/// <param name="Zones">The zones.</param>
/// <param name="MotionMasks">Polygons, each as its corners in order.</param>
internal sealed record ZonesReport(IReadOnlyList<ZoneReport> Zones, IReadOnlyList<IReadOnlyList<double[]>> MotionMasks);

/// <summary>Converts zones and masks between the settings and the editor.</summary>
internal static partial class ZoneSettings
{
    /// <summary>Keys of the settings of a camera.</summary>
    /// <param name="camera">Name of a camera of <c>Cameras</c>; null for the main camera.</param>
    public static (string Zones, string Masks) Keys(string? camera) =>
        camera is null
            ? ("Presence:Zones", "Motion:Masks")
            : ($"{CamerasOptions.SectionName}:{camera}:Zones", $"{CamerasOptions.SectionName}:{camera}:Masks");

    /// <summary>Reads zones and masks of a camera from the settings.</summary>
    public static ZonesReport Read(DeviceSettings settings, string? camera = null)
    {
        (string zonesKey, string masksKey) = Keys(camera);
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Values.ToDictionary(pair => pair.Key, pair => pair.Value.Value))
            .Build();
        ZoneOptions[] zones = configuration.GetSection(zonesKey).Get<ZoneOptions[]>() ?? [];
        string[] masks = configuration.GetSection(masksKey).Get<string[]>() ?? [];
        return new ZonesReport(
            [
                .. zones.Select(zone => new ZoneReport(
                    zone.Name,
                    Points(zone.Polygon),
                    zone.Anchor?.ToString(),
                    zone.Labels,
                    Rounded(zone.Margin),
                    Rounded(zone.MinHeight),
                    Rounded(zone.EnterThreshold),
                    Rounded(zone.LeaveThreshold),
                    SettingValues.Text(zone.OffDelay)
                )),
            ],
            [.. masks.Select(Points)]
        );
    }

    private static double[][] Points(string polygon) =>
        [
            .. polygon
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select(corner => corner.Split(','))
                .Where(parts => parts.Length == 2)
                .Select(parts =>
                    parts.Select(part => double.TryParse(part, CultureInfo.InvariantCulture, out double value) ? value : 0).ToArray()
                ),
        ];

    private static double Rounded(float value) => Math.Round(value, 5);

    /// <summary>Validates the shape of the polygons.</summary>
    /// <returns>One sentence for each polygon whose points are not pairs; null when all are.</returns>
    public static Dictionary<string, string>? Validate(ZonesReport report)
    {
        var errors = new Dictionary<string, string>();
        for (int i = 0; i < report.Zones.Count; i++)
        {
            if (report.Zones[i] is null)
                errors[$"zones[{i}]"] = "A zone is missing.";
            else if (!ArePairs(report.Zones[i].Points))
                errors[$"zones[{i}].points"] = "Every point must be a pair of numbers, x and y.";
            else if (Infinite(report.Zones[i]) is { } field)
                errors[$"zones[{i}].{field}"] = "The number is too large.";
        }

        for (int i = 0; i < report.MotionMasks.Count; i++)
        {
            if (!ArePairs(report.MotionMasks[i]))
                errors[$"motionMasks[{i}]"] = "Every point must be a pair of numbers, x and y.";
        }

        return errors.Count == 0 ? null : errors;
    }

    private static bool ArePairs(IReadOnlyList<double[]>? points) =>
        points is not null && points.All(point => point is { Length: 2 } && point.All(double.IsFinite));

    private static string? Infinite(ZoneReport zone)
    {
        (string Field, double? Value)[] numbers =
        [
            ("margin", zone.Margin),
            ("minHeight", zone.MinHeight),
            ("enterThreshold", zone.EnterThreshold),
            ("leaveThreshold", zone.LeaveThreshold),
        ];
        return numbers.FirstOrDefault(number => number.Value is { } value && !double.IsFinite(value)).Field;
    }

    public static bool SameMasks(IReadOnlyList<IReadOnlyList<double[]>> a, IReadOnlyList<IReadOnlyList<double[]>> b) =>
        a.Select(Polygon).SequenceEqual(b.Select(Polygon));

    private static string Polygon(IReadOnlyList<double[]> points) =>
        string.Join(
            ' ',
            points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(point[0], 4)},{Math.Round(point[1], 4)}"))
        );

    public static string WriteZones(IReadOnlyList<ZoneReport> zones)
    {
        using var stream = new MemoryStream();
        using (
            var json = new Utf8JsonWriter(
                stream,
                new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            json.WriteStartArray();
            foreach (ZoneReport zone in zones)
                Write(json, zone);
            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length).ReplaceLineEndings("\n    ");
    }

    private static void Write(Utf8JsonWriter json, ZoneReport zone)
    {
        json.WriteStartObject();
        json.WriteString(nameof(ZoneOptions.Name), zone.Name);
        json.WriteString(nameof(ZoneOptions.Polygon), Polygon(zone.Points));
        if (zone.Anchor is not null)
            json.WriteString(nameof(ZoneOptions.Anchor), zone.Anchor);
        if (zone.Labels is { Count: > 0 })
        {
            json.WriteStartArray(nameof(ZoneOptions.Labels));
            foreach (string label in zone.Labels)
                json.WriteStringValue(label);
            json.WriteEndArray();
        }

        if (zone.Margin is { } margin)
            json.WriteNumber(nameof(ZoneOptions.Margin), margin);
        if (zone.MinHeight is { } height)
            json.WriteNumber(nameof(ZoneOptions.MinHeight), height);
        if (zone.EnterThreshold is { } enter)
            json.WriteNumber(nameof(ZoneOptions.EnterThreshold), enter);
        if (zone.LeaveThreshold is { } leave)
            json.WriteNumber(nameof(ZoneOptions.LeaveThreshold), leave);
        if (zone.OffDelay is not null)
            json.WriteString(nameof(ZoneOptions.OffDelay), zone.OffDelay);
        json.WriteEndObject();
    }

    public static string WriteMasks(IReadOnlyList<IReadOnlyList<double[]>> masks) =>
        $"[{string.Join(", ", masks.Select(mask => $"\"{Polygon(mask)}\""))}]";

    /// <summary>Translates the key of a setting into a field of the body.</summary>
    public static string Field(string key)
    {
        Match zone = ZoneKey().Match(key);
        if (zone.Success)
        {
            string part = zone.Groups[2].Value;
            string field = part == nameof(ZoneOptions.Polygon) ? "points" : JsonNamingPolicy.CamelCase.ConvertName(part);
            return $"zones[{zone.Groups[1].Value}].{field}";
        }

        Match mask = MaskKey().Match(key);
        return mask.Success ? $"motionMasks[{mask.Groups[1].Value}]" : key;
    }

    [GeneratedRegex("^(?:Presence|Cameras:[^:]+):Zones:([0-9]+):([A-Za-z]+)")]
    private static partial Regex ZoneKey();

    [GeneratedRegex("^(?:Motion|Cameras:[^:]+):Masks:([0-9]+)")]
    private static partial Regex MaskKey();
}
