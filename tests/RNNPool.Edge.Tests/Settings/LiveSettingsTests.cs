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
/// Changes every live setting on a running device and asserts the effect: what the device publishes and answers. Each scenario runs before and
/// after the change of the file.
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
    private static readonly (string Key, string Json)[] Fast = [("Presence:Tracker:VelocityGain", "1")];

    private static readonly Row[] Rows =
    [
        new("Device:AllowImages", "false", "true", "404", "200", ThumbnailAsync, Pictures),
        new("Health:MaxFrameAge", "\"01:00:00\"", "\"00:00:02\"", "200", "503", HealthAsync),
        new("Health:MaxInferenceAge", "\"01:00:00\"", "\"00:00:02\"", "200", "503", HealthAsync),
        new("Health:MaxTemperature", "120", "30", "", "temperature", DegradationAsync),
        new("Health:MinFreeSpace", "0", "1048576", "", "disk", DegradationAsync),
        new("Journal:MaxAge", "\"1.00:00:00\"", "\"00:01:00\"", "kept", "pruned", JournalAgeAsync),
        new("Journal:MaxSize", "64", "1", "kept", "pruned", JournalSizeAsync),
        new("Journal:Thumbnails", "false", "true", "404", "200", ThumbnailAsync, Pictures),
        new("Journal:ThumbnailWidth", "32", "48", "32", "48", ThumbnailWidthAsync, Pictures),
        new("Logging:LogLevel:RNNPool.Test", "\"Warning\"", "\"Debug\"", "", "written", LogAsync),
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
        new("Presence:Labels:0", null, "\"cat\"", "new", "", device => EventsAsync(device, Frames(3, Face()))),
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
            [.. Yard, ("Presence:Zones:0:Polygon", LowerPart)]
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
            [.. Yard, ("Presence:Zones:0:Polygon", LowerPart)]
        ),
    ];

    public static TheoryData<string> Keys => [.. Rows.Select(row => row.Key)];

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
        IEnumerable<string> shown = Rows.Select(row => Index().Replace(row.Key, ":*"))
            .Select(key => key.StartsWith("Logging:", StringComparison.Ordinal) ? "Logging:LogLevel:<name>" : key);

        Assert.Equal(live.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_change_takes_effect(string key)
    {
        Row row = Rows.Single(row => row.Key == key);
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

    private static Detection Face(float score = 0.9f, float x = 10, float y = 12) => new(0, score, new BoundingBox(x, y, 20, 24));

    private static Detection[][] Frames(int count, params Detection[] found) => [.. Enumerable.Repeat(found, count)];

    private static Detection[][] Swaying(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new[] { Face(x: i / 10 % 2 == 0 ? 10 : 12) })];

    private static async Task PlayAsync(DeviceFixture device, IEnumerable<Detection[]> frames)
    {
        foreach (Detection[] found in frames)
        {
            device.Detector.Found = found;
            await device.FrameAsync(0.3);
        }
    }

    /// <summary>Plays frames, and one more without delay, after which the events of the others have been published.</summary>
    private static async Task<PresenceEvent[]> NewEventsAsync(DeviceFixture device, IEnumerable<Detection[]> frames)
    {
        long before = device.History.Total;
        await PlayAsync(device, frames);
        await device.FrameAsync(0.001);
        int count = (int)(device.History.Total - before);
        return [.. device.History.Newest(count).Reverse()];
    }

    /// <summary>The kinds of the events in order, repetitions once.</summary>
    private static async Task<string> EventsAsync(DeviceFixture device, IEnumerable<Detection[]> frames)
    {
        var kinds = new List<PresenceEventKind>();
        foreach (PresenceEvent message in await NewEventsAsync(device, frames))
        {
            if (kinds.Count == 0 || kinds[^1] != message.Type)
                kinds.Add(message.Type);
        }

        return string.Join(",", kinds).ToLowerInvariant();
    }

    private static async Task<string> BeginningsAsync(DeviceFixture device, IEnumerable<Detection[]> frames) =>
        Text((await NewEventsAsync(device, frames)).Count(message => message.Type == PresenceEventKind.New));

    private static Task<string> MovesAsync(DeviceFixture device) =>
        EventsAsync(device, [.. Frames(2, Face()), .. Frames(1, Face(x: 18)), .. Frames(1, Face(x: 26)), .. Frames(1, Face(x: 34))]);

    private static Task<string> PredictionAsync(DeviceFixture device) =>
        BeginningsAsync(
            device,
            [
                [Face(x: 0)],
                [Face(x: 8)],
                [Face(x: 16)],
                [],
                [Face(x: 36)],
            ]
        );

    /// <summary>A track that is kept until its object is detected again began with the first detection.</summary>
    private static async Task<string> MissesAsync(DeviceFixture device)
    {
        PresenceEvent[] events = await NewEventsAsync(device, [.. Frames(1, Face()), .. Frames(6), .. Frames(3, Face())]);
        PresenceEvent first = Assert.Single(events, message => message.Type == PresenceEventKind.New);
        return (first.Time - first.StartTime).TotalSeconds < 1 ? "2" : "1";
    }

    private static async Task<string> CountAsync(DeviceFixture device, IEnumerable<Detection[]> frames)
    {
        await NewEventsAsync(device, frames);
        return Text(device.Occupancy.Current.Count);
    }

    private static async Task<string> PresencesAsync(DeviceFixture device, IEnumerable<Detection[]> frames)
    {
        await NewEventsAsync(device, frames);
        return Text(device.Occupancy.Presences().Count);
    }

    private static async Task<string> ZonesAsync(DeviceFixture device, IEnumerable<Detection[]> frames)
    {
        await NewEventsAsync(device, frames);
        return string.Join(",", device.Occupancy.Current.ZoneCounts.Select(zone => $"{zone.Key}={zone.Value}"));
    }

    /// <summary>The status of an answer, which may wait for virtual time.</summary>
    private static async Task<string> StatusAsync(DeviceFixture device, string path, bool advance = false)
    {
        Task<HttpResponseMessage> answer = device.Client.GetAsync(path, TestContext.Current.CancellationToken);
        while (advance && !answer.IsCompleted)
        {
            device.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(answer, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        using HttpResponseMessage response = await answer;
        return Text((int)response.StatusCode);
    }

    private static async Task<string> HealthAsync(DeviceFixture device)
    {
        await PlayAsync(device, Frames(1));
        device.Time.Advance(TimeSpan.FromSeconds(20));
        return await StatusAsync(device, "/health");
    }

    /// <summary>Passes a minute with a frame now and then, as a camera that delivers nothing would be reopened.</summary>
    private static async Task PassMinuteAsync(DeviceFixture device)
    {
        device.Detector.Found = [];
        for (int i = 0; i < 12; i++)
            await device.FrameAsync(5);
    }

    private static async Task<string> DegradationAsync(DeviceFixture device)
    {
        // Readings are kept for a while.
        for (int i = 0; i < 4; i++)
        {
            await PassMinuteAsync(device);
        }

        HealthReport report = device.Service<HealthModel>().Evaluate();
        return string.Join(
            ",",
            report
                .Components.Where(component => component.State != HealthState.Good && component.Name is "temperature" or "disk")
                .Select(component => component.Name)
        );
    }

    private static async Task<string> JournalAgeAsync(DeviceFixture device)
    {
        PresenceEvent first = (await NewEventsAsync(device, [.. Frames(2, Face()), .. Frames(12)]))[0];
        return await PrunedAsync(device, first.Id);
    }

    private static async Task<string> JournalSizeAsync(DeviceFixture device)
    {
        PresenceEvent first = (await NewEventsAsync(device, [.. Frames(2, Face()), .. Frames(12)]))[0];
        var journal = device.Service<EventJournal>();
        for (int i = 0; i < 5000; i++)
        {
            PresenceEvent filler = Samples.Event(id: $"filler-{i}-{new string('x', 200)}") with
            {
                Time = device.Time.GetUtcNow().UtcDateTime,
            };
            await journal.DeliverAsync(filler, TestContext.Current.CancellationToken);
        }

        return await PrunedAsync(device, first.Id);
    }

    private static async Task<string> PrunedAsync(DeviceFixture device, string id)
    {
        // The journal prunes once a minute, when it commits.
        for (int i = 0; i < 4; i++)
        {
            await PassMinuteAsync(device);
            await NewEventsAsync(device, [.. Frames(2, Face()), .. Frames(12)]);
        }

        string path = device.Service<EventJournal>().Path;
        await Wait.UntilAsync(
            () => File.Exists(path) && JournalReader.Read(path, new JournalQuery(1, null, null)).Count > 0,
            "events in the journal"
        );
        return JournalReader.Read(path, new JournalQuery(100_000, null, null)).Any(entry => entry.Id == id) ? "kept" : "pruned";
    }

    private static async Task<string> ThumbnailAsync(DeviceFixture device) =>
        await StatusAsync(device, $"/api/events/{await ThumbnailEventAsync(device)}/thumbnail.jpg", advance: true);

    private static async Task<string> ThumbnailWidthAsync(DeviceFixture device)
    {
        byte[] jpeg = await device.Client.GetByteArrayAsync(
            $"/api/events/{await ThumbnailEventAsync(device)}/thumbnail.jpg",
            TestContext.Current.CancellationToken
        );
        using Frame picture = ImageCodec.Decode(jpeg, "thumbnail", new FramePool());
        return Text(picture.Width);
    }

    /// <summary>An event that has been committed to the journal.</summary>
    private static async Task<string> ThumbnailEventAsync(DeviceFixture device)
    {
        await PlayAsync(device, Frames(12));
        PresenceEvent begun = (await NewEventsAsync(device, Frames(3, Face()))).First(message => message.Type == PresenceEventKind.New);
        string path = device.Service<EventJournal>().Path;

        // Frames go on, since the picture is that of the next frame.
        bool IsCommitted() => File.Exists(path) && JournalReader.Read(path, new JournalQuery(1000)).Any(entry => entry.Id == begun.Id);
        long start = Stopwatch.GetTimestamp();
        while (!IsCommitted())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Wait.Patience, "the event is not in the journal");
            await device.FrameAsync();
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        return begun.Id;
    }

    private static Task<string> LogAsync(DeviceFixture device)
    {
        string text = Guid.NewGuid().ToString();
#pragma warning disable CA1848, CA2254 // One message of a test.
        device.Service<ILoggerFactory>().CreateLogger("RNNPool.Test").LogDebug(text);
#pragma warning restore CA1848, CA2254
        return Task.FromResult(device.Service<LogTail>().Newest(LogTail.Capacity).Any(line => line.Message == text) ? "written" : "");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

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
