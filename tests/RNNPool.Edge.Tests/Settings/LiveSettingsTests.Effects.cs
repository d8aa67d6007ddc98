using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Host;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Settings;

/// <summary>How the rows observe a setting: each drives a running device and returns what it did as text.</summary>
public sealed partial class LiveSettingsTests
{
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

    private static Task<string> ThumbnailWidthAsync(DeviceFixture device) => WidthAsync(device, "thumbnail.jpg");

    private static Task<string> PictureWidthAsync(DeviceFixture device) => WidthAsync(device, "picture.jpg");

    private static async Task<string> WidthAsync(DeviceFixture device, string file)
    {
        byte[] jpeg = await device.Client.GetByteArrayAsync(
            $"/api/events/{await ThumbnailEventAsync(device)}/{file}",
            TestContext.Current.CancellationToken
        );
        using Frame picture = ImageCodec.Decode(jpeg, file, new FramePool());
        return Text(picture.Width);
    }

    private static async Task<string> PictureBlurredAsync(DeviceFixture device)
    {
        string json = await device.Client.GetStringAsync(
            $"/api/events/{await ThumbnailEventAsync(device)}/picture",
            TestContext.Current.CancellationToken
        );
        return JsonSerializer.Deserialize(json, EventJson.Default.PictureFacts)!.Blurred.ToString();
    }

    /// <summary>An event that has been committed to the journal, with its picture if there is one.</summary>
    private static async Task<string> ThumbnailEventAsync(DeviceFixture device)
    {
        await PlayAsync(device, Frames(12));
        PresenceEvent begun = (await NewEventsAsync(device, Frames(3, Face()))).First(message => message.Type == PresenceEventKind.New);
        string path = device.Service<EventJournal>().Path;

        bool pictures = device.Service<PresencePictures>().IsWanted;
        bool IsCommitted() =>
            File.Exists(path)
            && JournalReader.Read(path, new JournalQuery(1000)).Any(entry => entry.Id == begun.Id)
            && (!pictures || JournalReader.Thumbnail(path, begun.Id) is not null);
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
}
