using System.Net;
using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Tests.Web;

public sealed class WebApiTests
{
    [Fact]
    public async Task Health_is_good_while_frames_go_through_and_says_why_when_they_do_not()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        await device.FrameAsync();
        (HttpStatusCode good, JsonElement report) = await GetAsync(device, "/health");
        Assert.Equal(HttpStatusCode.OK, good);
        Assert.True(report.GetProperty("healthy").GetBoolean());
        Assert.Empty(report.GetProperty("reasons").EnumerateArray());

        device.Camera.OnCreate = () => new CameraException("fake: gone.");
        device.Camera.Throw(new CameraException("fake: unplugged."));
        await Wait.UntilAsync(() => device.Status.CameraFailure is not null, "the camera is lost");
        device.Time.Advance(TimeSpan.FromSeconds(11));

        (HttpStatusCode bad, JsonElement why) = await GetAsync(device, "/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, bad);
        Assert.False(why.GetProperty("healthy").GetBoolean());
        string[] reasons = [.. why.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()!)];
        Assert.Equal(2, reasons.Length);
        Sentence.AssertNames(reasons[0], "11.0 s|10 s|fake: ");
        Sentence.AssertNames(reasons[1], "11.0 s|10 s");
        Assert.Equal(11000, why.GetProperty("frameAgeMs").GetDouble());
    }

    [Fact]
    public async Task Frames_without_inference_are_not_health()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        device.Detector.Hold();
        device.Camera.Frame();
        await Wait.UntilAsync(() => device.Detector.Calls == 1, "the detector is busy");
        for (int i = 0; i < 6; i++)
        {
            device.Time.Advance(TimeSpan.FromSeconds(2));
            long frames = device.Status.Frames;
            device.Camera.Frame();
            await Wait.UntilAsync(() => device.Status.Frames > frames, "a frame");
        }

        (HttpStatusCode status, JsonElement report) = await GetAsync(device, "/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Sentence.AssertNames(Assert.Single(report.GetProperty("reasons").EnumerateArray()).GetString(), "12.0 s|10 s");
    }

    [Fact]
    public async Task State_tells_what_is_there_and_what_runs()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 4; i++)
            await device.FrameAsync();
        await Wait.UntilAsync(() => device.Occupancy.Current.Occupied, "occupied");

        (HttpStatusCode status, JsonElement state) = await GetAsync(device, "/api/state");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(state.GetProperty("occupied").GetBoolean());
        Assert.Equal(1, state.GetProperty("counts").GetProperty("face").GetInt32());
        Assert.Equal("face", state.GetProperty("presences")[0].GetProperty("label").GetString());
        JsonElement camera = state.GetProperty("camera");
        Assert.Equal(
            ("fake:", "open", 64, 4),
            (
                camera.GetProperty("source").GetString(),
                camera.GetProperty("state").GetString(),
                camera.GetProperty("width").GetInt32(),
                camera.GetProperty("frames").GetInt32()
            )
        );
        Assert.Equal(5, camera.GetProperty("fps").GetDouble(), 2);
        JsonElement engine = state.GetProperty("engine");
        Assert.Equal(
            ("fake", "test-model", 5.0),
            (engine.GetProperty("name").GetString(), engine.GetProperty("model").GetString(), engine.GetProperty("inferenceMs").GetDouble())
        );
        Assert.Equal(0.8, state.GetProperty("uptimeSeconds").GetDouble(), 3);
        Assert.Equal(JsonValueKind.Null, state.GetProperty("mqtt").ValueKind);
        Assert.Contains(state.GetProperty("sinks").EnumerateArray(), sink => sink.GetProperty("name").GetString() == "log");
        Assert.NotEqual("unknown", state.GetProperty("versions").GetProperty("onnxRuntime").GetString());
        Assert.True(state.GetProperty("process").GetProperty("residentBytes").GetInt64() > 0);
    }

    [Fact]
    public async Task Events_come_newest_first_and_up_to_the_limit()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Events:History", "10"));
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 3; i++)
            await device.FrameAsync();
        device.Detector.Found = [];
        for (int i = 0; i < 14; i++)
            await device.FrameAsync();
        await Wait.UntilAsync(() => device.History.Total == 2, "two events");

        (_, JsonElement all) = await GetAsync(device, "/api/events");
        (_, JsonElement one) = await GetAsync(device, "/api/events?limit=1");

        Assert.Equal(["end", "new"], all.EnumerateArray().Select(message => message.GetProperty("type").GetString()));
        Assert.Equal(["end"], one.EnumerateArray().Select(message => message.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999")]
    public async Task A_wrong_limit_is_refused_with_a_sentence(string limit)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Events:History", "10"));

        (HttpStatusCode status, JsonElement answer) = await GetAsync(device, "/api/events?limit=" + limit);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("limit", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("since=yesterday", "since")]
    [InlineData("label=", "label")]
    [InlineData("colour=red", "colour")]
    public async Task A_wrong_filter_is_refused_by_name(string filter, string name)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();

        (HttpStatusCode status, JsonElement answer) = await GetAsync(device, "/api/events?" + filter);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(name, answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_picture_of_an_event_can_be_asked_for_before_it_is_kept()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("Device:AllowImages", "true"),
            ("Journal:Thumbnails", "true")
        );
        device.Detector.Found = [FakeDetector.Face()];
        while (device.History.Total == 0)
            await device.FrameAsync();

        string id = device.History.Newest(1)[0].Id;
        var journal = device.Service<EventJournal>();
        Task<HttpResponseMessage> asked = device.Client.GetAsync($"/api/events/{id}/thumbnail.jpg", TestContext.Current.CancellationToken);

        // The request gives up after two seconds of virtual time. Pictures are encoded and written in real time, so that virtual time
        // passes only when the next step needs it.
        await device.FrameAsync(0.025);
        await Wait.UntilAsync(() => ((IImageHolder)journal).HoldsImages, "the picture waits for its commit");
        await AdvanceAsync(EventJournal.CommitDelay, () => journal.Written > 0 && JournalReader.Thumbnail(journal.Path, id) is not null);
        await AdvanceAsync(EventJournal.CommitDelay / 5, () => asked.IsCompleted);

        using HttpResponseMessage answer = await asked;
        (HttpStatusCode unknown, JsonElement why) = await GetAsync(device, "/api/events/unknown/thumbnail.jpg");

        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal([0xFF, 0xD8], (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken))[..2]);
        Assert.Equal(HttpStatusCode.NotFound, unknown);
        Assert.Equal(404, why.GetProperty("status").GetInt32());

        async Task AdvanceAsync(TimeSpan step, Func<bool> condition)
        {
            for (int steps = 0; steps < 3 && !condition(); steps++)
            {
                device.Time.Advance(step);
                for (int waits = 0; waits < 1000 && !condition(); waits++)
                    await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task Events_that_memory_no_longer_has_come_out_of_the_journal_once_each()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Events:History", "3"), ("Presence:HistoryLength", "1"));
        for (int i = 0; i < 4; i++)
        {
            device.Detector.Found = [FakeDetector.Face()];
            await device.FrameAsync();
            device.Detector.Found = [];
            for (int j = 0; j < 12; j++)
                await device.FrameAsync();
        }

        await Wait.UntilAsync(() => device.History.Total == 8, "eight events");
        var journal = device.Service<RNNPool.Edge.Sinks.Journal.EventJournal>();
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.5), () => journal.Written == 8, "all of them kept");

        (_, JsonElement all) = await GetAsync(device, "/api/events?label=face");
        (_, JsonElement five) = await GetAsync(device, "/api/events?limit=5");
        string since = all[1].GetProperty("time").GetString()!;
        (_, JsonElement late) = await GetAsync(device, "/api/events?since=" + since);
        (_, JsonElement none) = await GetAsync(device, "/api/events?label=cat");

        Assert.Equal(
            8,
            all.EnumerateArray()
                .Select(message => message.GetProperty("id").GetString() + message.GetProperty("type").GetString())
                .Distinct()
                .Count()
        );
        Assert.Equal(8, all.GetArrayLength());
        Assert.Equal(
            all.EnumerateArray().Select(message => message.GetProperty("time").GetString()).OrderDescending(StringComparer.Ordinal),
            all.EnumerateArray().Select(message => message.GetProperty("time").GetString())
        );
        Assert.Equal(5, five.GetArrayLength());
        Assert.Equal(2, late.GetArrayLength());
        Assert.Equal(0, none.GetArrayLength());
    }

    [Fact]
    public async Task Unknown_addresses_name_the_document()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();

        (HttpStatusCode status, JsonElement answer) = await GetAsync(device, "/nothing");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("/openapi.json", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_read_the_state_through_a_name_of_its_own()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/state") { Headers = { Host = "attacker.example" } };

        using HttpResponseMessage response = await device.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Only_loopback_listens()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();

        Assert.Equal("127.0.0.1", device.Client.BaseAddress!.Host);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Json)> GetAsync(DeviceFixture device, string path)
    {
        using HttpResponseMessage response = await device.Client.GetAsync(
            new Uri(path, UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonDocument.Parse(text).RootElement);
    }
}
