using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Host;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Settings;

/// <summary>
/// Changes every live setting on a running device and asserts the effect: what the device publishes and answers. Each scenario runs before
/// and after the change of the file.
/// </summary>
public sealed partial class LiveSettingsTests : IDisposable
{
    private const string Whole = "\"0,0 1,0 1,1 0,1\"",
        Corner = "\"0,0 0.05,0 0.05,0.05 0,0.05\"",
        LowerPart = "\"0,0.6 1,0.6 1,1 0,1\"";

    private readonly string _file = Path.GetTempFileName();
    private readonly string _sensors = Directory.CreateTempSubdirectory("rnnpool-edge-sensors-").FullName;

    /// <summary>Begins presences at once, and changes nothing without a reason.</summary>
    private static readonly Dictionary<string, string> Common = new()
    {
        ["Camera:Source"] = "\"synthetic:\"",
        ["Camera:StallTimeout"] = "\"00:05:00\"",
        ["Presence:HistoryLength"] = "1",
        ["Presence:OffDelay"] = "\"00:00:02\"",
        ["Presence:MinUpdateInterval"] = "\"00:00:00\"",
        ["Presence:UpdateInterval"] = "\"1.00:00:00\"",
        ["Presence:StationaryAfter"] = "\"00:00:00\"",
        ["Health:MaxFrameAge"] = "\"01:00:00\"",
        ["Health:MaxInferenceAge"] = "\"01:00:00\"",
        ["Health:MaxTemperature"] = "120",
        ["Health:MinFreeSpace"] = "0",
    };

    private static readonly (string Key, string Json)[] Yard =
    [
        ("Presence:Zones:0:Name", "\"yard\""),
        ("Presence:Zones:0:Polygon", Whole),
        ("Presence:Zones:0:OffDelay", "\"00:00:00\""),
    ];
    private static readonly (string Key, string Json)[] Stationary = [("Presence:StationaryAfter", "\"00:00:10\"")];
    private static readonly (string Key, string Json)[] Pictures = [("Device:AllowImages", "true"), ("Journal:Thumbnails", "true")];
    private static readonly (string Key, string Json)[] Impatient = [("Camera:StallTimeout", "\"00:00:15\"")];
    private static readonly (string Key, string Json)[] Fast = [("Presence:Tracker:VelocityGain", "1")];

    /// <summary>The camera of the device has this name.</summary>
    private const string OtherCamera = "Cameras:fake";

    private static readonly Row[] Rows =
    [
        new("Device:AllowImages", "false", "true", "404", "200", ThumbnailAsync, Pictures),
        new("Health:MaxFrameAge", "\"01:00:00\"", "\"00:00:02\"", "200", "503", HealthAsync, Impatient),
        new("Health:MaxInferenceAge", "\"01:00:00\"", "\"00:00:02\"", "200", "503", HealthAsync, Impatient),
        new("Health:MaxTemperature", "120", "30", "", "temperature", DegradationAsync),
        new("Health:MinFreeSpace", "0", "1048576", "", "disk", DegradationAsync),
        new("Journal:MaxAge", "\"1.00:00:00\"", "\"00:01:00\"", "kept", "pruned", JournalAgeAsync),
        new("Journal:MaxSize", "64", "1", "kept", "pruned", JournalSizeAsync),
        new("Journal:Thumbnails", "false", "true", "404", "200", ThumbnailAsync, Pictures),
        new("Journal:ThumbnailWidth", "32", "48", "32", "48", ThumbnailWidthAsync, Pictures),
        new("Logging:LogLevel:RNNPool.Test", "\"Warning\"", "\"Debug\"", "", "written", LogAsync),
        new("Pictures:Width", "48", "32", "48", "32", PictureWidthAsync, Pictures),
        new("Pictures:BlurFaces", "false", "true", "False", "True", PictureBlurredAsync, Pictures),
        new("Presence:EnterThreshold", "0.6", "0.8", "new", "", device => EventsAsync(device, Frames(3, Face(0.7f)))),
        new(
            "Presence:LeaveThreshold",
            "0.4",
            "0.55",
            "new",
            "new,end",
            device => EventsAsync(device, [.. Frames(2, Face()), .. Frames(12, Face(0.5f))]),
            [("Presence:UpdateScore", "1")]
        ),
        new("Presence:HistoryLength", "1", "5", "new", "", device => EventsAsync(device, Frames(1, Face()))),
        new("Presence:OffDelay", "\"00:00:02\"", "\"01:00:00\"", "new,end", "new", device =>
            EventsAsync(device, [.. Frames(2, Face()), .. Frames(12)])
        ),
        new("Presence:UpdateInterval", "\"1.00:00:00\"", "\"00:00:01\"", "new", "new,update", device =>
            EventsAsync(device, Frames(12, Face()))
        ),
        new("Presence:MinUpdateInterval", "\"00:00:00\"", "\"01:00:00\"", "new,update", "new", MovesAsync),
        new("Presence:UpdateMove", "0.25", "10", "new,update", "new", MovesAsync),
        new("Presence:UpdateScore", "0.1", "1", "new,update", "new", device =>
            EventsAsync(device, [.. Frames(2, Face()), .. Frames(2, Face(0.7f))])
        ),
        new(
            "Presence:Labels:0",
            null,
            "\"person\"",
            "new",
            "",
            device => EventsAsync(device, Frames(3, Face())),
            [("Model:Path", "\"person-vww\"")]
        ),
        new("Presence:MinHeight", "0", "0.6", "new", "", device => EventsAsync(device, Frames(3, Face()))),
        new("Presence:MinHeightPixels", "0", "30", "new", "", device => EventsAsync(device, Frames(3, Face()))),
        new(
            "Presence:OnlyInZones",
            "false",
            "true",
            "new",
            "",
            device => EventsAsync(device, Frames(3, Face())),
            [("Presence:Zones:0:Name", "\"yard\""), ("Presence:Zones:0:Polygon", Corner)]
        ),
        new("Presence:StationaryAfter", "\"00:00:00\"", "\"00:00:10\"", "1", "0", device => CountAsync(device, Frames(60, Face()))),
        new("Presence:StationaryJitter", "0.15", "0.02", "0", "1", device => CountAsync(device, Swaying(60)), Stationary),
        new(
            "Presence:StationaryOffDelay",
            "\"01:00:00\"",
            "\"00:00:00\"",
            "1",
            "0",
            device => PresencesAsync(device, [.. Frames(60, Face()), .. Frames(20)]),
            Stationary
        ),
        new("Presence:IgnoreStationary", "true", "false", "0", "1", device => CountAsync(device, Frames(60, Face())), Stationary),
        new("Presence:Tracker:MatchIou", "0.2", "0.6", "1", "2", device =>
            BeginningsAsync(device, [.. Frames(2, Face()), .. Frames(2, Face(x: 18))])
        ),
        new(
            "Presence:Tracker:MaxMiss",
            "\"00:00:01\"",
            "\"00:00:20\"",
            "2",
            "1",
            MissesAsync,
            [("Presence:HistoryLength", "3"), ("Presence:StationaryAfter", "\"00:00:10\"")]
        ),
        new("Presence:Tracker:MaxPrediction", "\"00:00:00.5\"", "\"00:00:00\"", "1", "2", PredictionAsync, Fast),
        new("Presence:Tracker:VelocityGain", "1", "0", "1", "2", PredictionAsync),
        new("Presence:Tracker:MaxTracks", "64", "1", "2", "1", device => BeginningsAsync(device, Frames(3, Face(x: 0), Face(x: 40)))),
        new("Presence:Zones:0:Name", "\"yard\"", "\"lawn\"", "yard=1", "lawn=1", device => ZonesAsync(device, Frames(3, Face())), Yard),
        new("Presence:Zones:0:Polygon", Whole, Corner, "yard=1", "yard=0", device => ZonesAsync(device, Frames(3, Face())), Yard),
        new(
            "Presence:Zones:0:Anchor",
            "\"BottomCentre\"",
            "\"Centre\"",
            "yard=1",
            "yard=0",
            device => ZonesAsync(device, Frames(3, Face())),
            [.. Yard, ("Presence:Zones:0:Polygon", LowerPart)]
        ),
        new(
            "Presence:Zones:0:Margin",
            "0.2",
            "0",
            "yard=1",
            "yard=0",
            device => ZonesAsync(device, [.. Frames(3, Face()), .. Frames(4, Face(y: 2))]),
            [.. Yard, ("Presence:Zones:0:Polygon", LowerPart), ("Presence:Zones:0:Anchor", "\"BottomCentre\"")]
        ),
        new("Presence:Zones:0:Labels:0", null, "\"cat\"", "yard=1", "yard=0", device => ZonesAsync(device, Frames(3, Face())), Yard),
        new("Presence:Zones:0:MinHeight", "0", "0.6", "yard=1", "yard=0", device => ZonesAsync(device, Frames(3, Face())), Yard),
        new("Presence:Zones:0:EnterThreshold", "0", "0.95", "yard=1", "yard=0", device => ZonesAsync(device, Frames(3, Face())), Yard),
        new(
            "Presence:Zones:0:LeaveThreshold",
            "0.1",
            "0.75",
            "yard=1",
            "yard=0",
            device => ZonesAsync(device, [.. Frames(3, Face()), .. Frames(4, Face(0.7f))]),
            [.. Yard, ("Presence:Zones:0:EnterThreshold", "0.8")]
        ),
        new(
            "Presence:Zones:0:OffDelay",
            "\"00:00:00\"",
            "\"01:00:00\"",
            "yard=0",
            "yard=1",
            device => ZonesAsync(device, [.. Frames(3, Face()), .. Frames(4, Face(y: 0))]),
            [.. Yard, ("Presence:Zones:0:Polygon", LowerPart), ("Presence:Zones:0:Anchor", "\"BottomCentre\"")]
        ),
    ];

    /// <summary>The same settings of another camera, which the camera of the device then is.</summary>
    private static readonly Row[] AllRows =
    [
        .. Rows,
        .. Rows.Where(row => OfCamera(row.Key) != row.Key)
            .Select(row =>
                row with
                {
                    Key = OfCamera(row.Key),
                    With =
                    [
                        ("Camera:Name", "\"main\""),
                        ($"{OtherCamera}:Source", "\"synthetic:\""),
                        ($"{OtherCamera}:StallTimeout", "\"00:05:00\""),
                        .. (row.With ?? []).Select(pair => (OfCamera(pair.Key), pair.Json)),
                    ],
                }
            ),
    ];

    public static TheoryData<string> Keys => [.. AllRows.Select(row => row.Key)];

    public void Dispose()
    {
        File.Delete(_file);
        Directory.Delete(_sensors, recursive: true);
    }

    [Fact]
    public void Every_live_setting_has_a_row()
    {
        SettingsSchema schema = DeviceHost.Settings.Schema;
        IEnumerable<string> live = schema.Keys.Keys.Where(pattern => schema.IsLive(pattern.Replace("*", "0", StringComparison.Ordinal)));
        IEnumerable<string> shown = AllRows
            .Select(row => Index().Replace(row.Key, ":*").Replace(OtherCamera, "Cameras:<name>", StringComparison.Ordinal))
            .Select(key => key.StartsWith("Logging:", StringComparison.Ordinal) ? "Logging:LogLevel:<name>" : key);

        Assert.Equal(live.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_change_takes_effect(string key)
    {
        Row row = AllRows.Single(row => row.Key == key);
        string zone = Path.Combine(_sensors, "sys/class/thermal/thermal_zone0");
        Directory.CreateDirectory(zone);
        File.WriteAllText(Path.Combine(zone, "temp"), "50000\n");
        Write(row, row.Before);
        await using DeviceFixture device = await DeviceFixture.StartAsync(_file, services: services =>
            services.RemoveAll<MachineSensors>().AddSingleton(new MachineSensors(_sensors))
        );
        device.Detector.Labels = ["face", "cat"];
        device.Service<ILoggerFactory>().AddProvider(device.Service<LogTail>());
        Assert.Equal(row.ExpectedBefore, await row.Observe(device));

        Write(row, row.After);
        device.Service<SettingsReload>().Reload();
        await PlayAsync(device, Frames(1));

        Assert.Equal(row.ExpectedAfter, await row.Observe(device));
    }

    private void Write(Row row, string? json)
    {
        var document = new JsonDocumentText("");
        var settings = new Dictionary<string, string>(Common);
        foreach ((string key, string value) in row.With ?? [])
            settings[key] = value;
        settings.Remove(row.Key);
        if (json is not null)
            settings[row.Key] = json;
        foreach ((string key, string value) in settings)
            document.Set(key, value);
        File.WriteAllText(_file, document.ToString());
    }

    private static string OfCamera(string key) =>
        key is "Presence:EnterThreshold" or "Presence:OnlyInZones" || key.StartsWith("Presence:Zones:", StringComparison.Ordinal)
            ? key.Replace("Presence", OtherCamera, StringComparison.Ordinal)
            : key;

    [GeneratedRegex(":0(?=:|$)")]
    private static partial Regex Index();

    /// <summary>A live setting.</summary>
    /// <param name="Key">The key that is changed.</param>
    /// <param name="Before">Its first value as JSON; null for not set.</param>
    /// <param name="After">Its second value.</param>
    /// <param name="ExpectedBefore">What the device does with the first value.</param>
    /// <param name="ExpectedAfter">What it does with the second one.</param>
    /// <param name="Observe">Runs a scenario and says what the device did.</param>
    /// <param name="With">Other settings.</param>
    private sealed record Row(
        string Key,
        string? Before,
        string After,
        string ExpectedBefore,
        string ExpectedAfter,
        Func<DeviceFixture, Task<string>> Observe,
        (string Key, string Json)[]? With = null
    );
}
