using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Web;

public sealed class StreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_hears_the_state_the_detections_the_events_and_the_figures()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        await using Ear ear = await Ear.OpenAsync(device, "/api/stream");
        (string first, JsonElement state) = await ear.NextAsync();
        Assert.Equal(("state", false), (first, state.GetProperty("occupied").GetBoolean()));

        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 4; i++)
            await device.FrameAsync();
        await Wait.UntilAsync(() => device.Occupancy.Current.Occupied, "occupied");
        var heard = new Dictionary<string, JsonElement>();
        await ear.HearAsync(device, (name, data) =>
        {
            heard[name] = data;
            return heard.ContainsKey("detections")
                && heard.ContainsKey("event")
                && heard.ContainsKey("sample")
                && heard.TryGetValue("state", out JsonElement now)
                && now.GetProperty("occupied").GetBoolean();
        });

        JsonElement box = heard["detections"].GetProperty("boxes")[0];
        Assert.Equal(
            (64, 48, "face", 0.9),
            (
                heard["detections"].GetProperty("width").GetInt32(),
                heard["detections"].GetProperty("height").GetInt32(),
                box.GetProperty("label").GetString(),
                box.GetProperty("score").GetDouble()
            )
        );
        Assert.Equal(
            (10, 12, 20, 24),
            (
                box.GetProperty("x").GetDouble(),
                box.GetProperty("y").GetDouble(),
                box.GetProperty("width").GetDouble(),
                box.GetProperty("height").GetDouble()
            )
        );
        Assert.Equal("new", heard["event"].GetProperty("type").GetString());
        Assert.True(heard["sample"].TryGetProperty("captureFps", out _));
        Assert.False(heard.ContainsKey("log"));
    }

    [Fact]
    public async Task The_state_comes_at_least_every_five_seconds_and_not_much_more_often_while_nothing_changes()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        await using Ear ear = await Ear.OpenAsync(device, "/api/stream");
        int states = 0,
            samples = 0;
        await ear.HearAsync(device, (name, _) =>
        {
            if (name == "state")
                states++;
            if (name == "sample")
                samples++;
            return samples == 21;
        });

        Assert.InRange(states, 4, 7);
    }

    [Fact]
    public async Task Messages_of_the_log_come_to_those_who_ask()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        ILogger logger = device.Service<LogTail>().CreateLogger("Some.Part");
        await using Ear ear = await Ear.OpenAsync(device, "/api/stream?log=1");
        logger.Log(LogLevel.Warning, default, "The cat is on the table.", null, static (message, _) => message);
        JsonElement line = default;
        await ear.HearAsync(device, (name, data) =>
        {
            line = data;
            return name == "log";
        });

        Assert.Equal(
            ("warning", "Some.Part", "The cat is on the table."),
            (line.GetProperty("level").GetString(), line.GetProperty("category").GetString(), line.GetProperty("message").GetString())
        );
    }

    [Fact]
    public async Task What_happens_right_after_somebody_has_begun_to_listen_is_told()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        ILogger logger = device.Service<LogTail>().CreateLogger("Some.Part");
        using StreamListener listener = device.Service<LiveStream>().Listen(log: true)!;
        logger.Log(LogLevel.Warning, default, "At once.", null, static (message, _) => message);
        var heard = new List<string>();

        await Wait.AdvanceUntilAsync(
            device.Time,
            LiveStream.Interval,
            () =>
            {
                while (listener.Messages.TryRead(out StreamMessage? message))
                    heard.Add(Encoding.UTF8.GetString(message.Bytes));
                return heard.Exists(message => message.Contains("At once.", StringComparison.Ordinal));
            },
            "the message is heard"
        );

        Assert.Equal(StreamMessage.State, listener.Backlog[0].Name);
    }

    [Fact]
    public async Task Listeners_are_bounded_and_nothing_runs_without_them()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var stream = device.Service<LiveStream>();
        StreamListener[] listeners = [.. Enumerable.Range(0, LiveStream.MaxListeners).Select(_ => stream.Listen(false)!)];
        using HttpResponseMessage full = await device.Client.GetAsync(new Uri("/api/stream", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);

        foreach (StreamListener listener in listeners)
            listener.Dispose();
        await Wait.AdvanceUntilAsync(
            device.Time,
            LiveStream.Interval,
            () => !device.Service<CameraSet>()[0].Tap.Wanted,
            "the loop has ended"
        );
        Assert.Equal(0, stream.Listeners);
    }

    [Fact]
    public async Task A_listener_that_does_not_read_misses_messages_and_costs_no_more_memory()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var stream = device.Service<LiveStream>();
        using StreamListener listener = stream.Listen(false)!;
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(1), () => listener.Messages.Count == 64, "the queue is full");
        for (int i = 0; i < 50; i++)
        {
            device.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(64, listener.Messages.Count);
    }

    [Fact]
    public async Task The_history_keeps_a_quarter_of_an_hour()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var history = device.Service<SampleHistory>();
        for (int i = 1; i <= 1000; i++)
        {
            // The thread that runs timers also runs this one, and must have done so before time advances.
            device.Time.Advance(SampleHistory.Interval);
            await Wait.UntilAsync(() => history.Taken == i, $"sample {i} is taken");
        }

        string text = await device.Client.GetStringAsync(new Uri("/api/history", UriKind.Relative), Cancellation);
        JsonElement[] samples = [.. JsonDocument.Parse(text).RootElement.EnumerateArray()];

        Assert.Equal(SampleHistory.Capacity, samples.Length);
        Assert.Equal(Samples.Noon.AddSeconds(1000).UtcDateTime, samples[^1].GetProperty("time").GetDateTime());
        Assert.Equal(Samples.Noon.AddSeconds(101).UtcDateTime, samples[0].GetProperty("time").GetDateTime());
        Assert.True(samples[^1].GetProperty("frameAgeMs").GetDouble() >= 999_000);
    }

    /// <summary>A listener over HTTP.</summary>
    private sealed class Ear(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
    {
        public static async Task<Ear> OpenAsync(DeviceFixture device, string path)
        {
            HttpResponseMessage response = await device.Client.GetAsync(
                new Uri(path, UriKind.Relative),
                HttpCompletionOption.ResponseHeadersRead,
                Cancellation
            );
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
            return new Ear(response, new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation)));
        }

        public async Task<(string Name, JsonElement Data)> NextAsync()
        {
            string? name = null;
            while (await reader.ReadLineAsync(Cancellation) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                    name = line["event: ".Length..];
                if (line.StartsWith("data: ", StringComparison.Ordinal) && name is not null)
                    return (name, JsonDocument.Parse(line["data: ".Length..]).RootElement);
            }

            throw new EndOfStreamException();
        }

        /// <summary>Advances virtual time until enough messages have arrived.</summary>
        public async Task HearAsync(DeviceFixture device, Func<string, JsonElement, bool> enough)
        {
            bool done = false;
            Task listening = Task.Run(async () =>
            {
                while (!done)
                {
                    (string name, JsonElement data) = await NextAsync();
                    done = enough(name, data);
                }
            });
            await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromMilliseconds(50), () => listening.IsCompleted, "enough was heard");
            await listening;
        }

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            response.Dispose();
            return default;
        }
    }
}
