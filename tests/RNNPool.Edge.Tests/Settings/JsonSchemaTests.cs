using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using RNNPool.Edge.Core;
using RNNPool.Edge.Host;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Tests.Settings;

/// <summary>Set RNNPOOL_EDGE_UPDATE_SCHEMA=1 to write the schema.</summary>
public sealed class JsonSchemaTests
{
    private static readonly string File = Path.Combine(Samples.Root, "config/rnnpool-edge.schema.json");

    private static string Fresh => JsonSchemaGenerator.Create(DeviceHost.Settings.Schema);

    [Fact]
    public void The_shipped_schema_is_current()
    {
        string fresh = Fresh;
        if (Environment.GetEnvironmentVariable("RNNPOOL_EDGE_UPDATE_SCHEMA") == "1")
            System.IO.File.WriteAllText(File, fresh);

        Assert.Equal(System.IO.File.ReadAllText(File), fresh, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Every_setting_is_described()
    {
        JsonNode schema = JsonNode.Parse(Fresh)!;
        foreach (string key in DeviceHost.Settings.Schema.Keys.Keys)
        {
            JsonNode? at = schema;
            foreach (string segment in key.Split(':'))
                at = segment switch
                {
                    SettingNode.Index => at?["items"],
                    SettingNode.Name => at?["additionalProperties"],
                    _ => at?["properties"]?[segment],
                };
            Assert.True(at is not null, key);
            if (!key.EndsWith(SettingNode.Index, StringComparison.Ordinal) && !key.EndsWith(SettingNode.Name, StringComparison.Ordinal))
                Assert.True((string?)at["description"] is { Length: > 10 }, $"{key} has no description");
        }
    }

    [Fact]
    public void Nothing_else_is_allowed_and_defaults_are_within_their_ranges()
    {
        int ranges = 0;
        foreach ((string key, JsonObject value) in Values(JsonNode.Parse(Fresh)!.AsObject(), ""))
        {
            if (value["type"] is JsonValue type && (string?)type == "object" && value["properties"] is not null)
                Assert.False((bool)value["additionalProperties"]!, key);
            if (value["minimum"] is null)
                continue;
            ranges++;
            if (value["default"] is { } start)
                Assert.InRange((decimal)start, (decimal)value["minimum"]!, (decimal)value["maximum"]!);
        }

        Assert.True(ranges > 20, $"{ranges} ranges");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void The_validators_refuse_what_is_outside_of_the_schemas_ranges(int side)
    {
        var settings = new Dictionary<string, string?> { ["Camera:Source"] = "synthetic:" };
        foreach ((string key, JsonObject value) in Values(JsonNode.Parse(Fresh)!.AsObject(), ""))
        {
            if (key.Contains('*') || key.Contains('<') || value["minimum"] is null)
                continue;
            settings[key] = ((decimal)value[side > 0 ? "maximum" : "minimum"]! + side).ToString(CultureInfo.InvariantCulture);
        }

        DeviceSettings read = DeviceHost.Settings.Load(new SettingSources(null, [.. settings], SystemFile: false));
        string[] sentences = SettingFailures.Read(Record.Exception(() => new DeviceComposer().Validate(read))!);

        Assert.All(settings.Keys.Where(key => key != "Camera:Source"), key =>
            Assert.Contains(sentences, sentence => sentence.StartsWith(key + " is ", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void The_validators_refuse_durations_outside_of_their_ranges(int side)
    {
        var settings = new Dictionary<string, string?> { ["Camera:Source"] = "synthetic:" };
        int durations = 0;
        foreach ((string key, SettingNode node) in DeviceHost.Settings.Schema.Root.Values())
        {
            if (node.Type != typeof(TimeSpan))
                continue;
            SettingRangeAttribute range = Assert.Single(node.Rules.OfType<SettingRangeAttribute>());
            durations++;
            TimeSpan end = (side > 0 ? range.Longest : range.Shortest)!.Value;
            if (!key.Contains('*') && (side > 0 || end > TimeSpan.Zero))
                settings[key] = (end + TimeSpan.FromMilliseconds(side)).ToString("c", CultureInfo.InvariantCulture);
        }

        Assert.True(durations > 20, $"{durations} durations");
        DeviceSettings read = DeviceHost.Settings.Load(new SettingSources(null, [.. settings], SystemFile: false));
        string[] sentences = SettingFailures.Read(Record.Exception(() => new DeviceComposer().Validate(read))!);

        Assert.All(settings.Keys.Where(key => key != "Camera:Source"), key =>
            Assert.Contains(sentences, sentence => sentence.StartsWith(key + " is ", StringComparison.Ordinal))
        );
    }

    private static IEnumerable<(string Key, JsonObject Value)> Values(JsonObject node, string key)
    {
        yield return (key, node);
        IEnumerable<(string Name, JsonNode? Node)> below =
        [
            ("*", node["items"]),
            ("<name>", node["additionalProperties"]),
            .. (node["properties"] as JsonObject ?? []).Select(pair => (pair.Key, pair.Value)),
        ];
        foreach ((string name, JsonNode? child) in below)
        {
            if (child is not JsonObject inner)
                continue;
            foreach ((string Key, JsonObject Value) found in Values(inner, key.Length == 0 ? name : $"{key}:{name}"))
                yield return found;
        }
    }
}
