using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.State;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Web;

/// <summary>A subscriber that reconnects receives the events that it has missed.</summary>
public sealed class StreamResumeTests
{
    [Fact]
    public async Task Missed_events_are_sent_from_memory_in_order()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Presence:HistoryLength", "1"));
        var stream = device.Service<LiveStream>();
        EventPosition position;
        using (StreamListener first = stream.Listen(false)!)
            position = Id(first.Backlog[0])!.Value;
        await PresencesAsync(device, 2);

        using StreamListener again = stream.Listen(false, position)!;

        Assert.Equal(["state", "event", "event", "event", "event"], again.Backlog.Select(message => message.Name));
        Assert.Equal(
            device.History.Newest(int.MaxValue).Reverse().Select(message => EventPosition.After(JournalEntry.From(message)).ToString()),
            again.Backlog.Skip(1).Select(message => Id(message).ToString())
        );
        using StreamListener third = stream.Listen(false, Id(again.Backlog[2]))!;
        Assert.Equal(["state", "event", "event"], third.Backlog.Select(message => message.Name));
        using StreamListener last = stream.Listen(false, Id(again.Backlog[4]))!;
        Assert.Equal(["state"], last.Backlog.Select(message => message.Name));
    }

    [Fact]
    public async Task Older_events_come_from_the_journal_and_what_it_no_longer_has_is_a_gap()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Presence:HistoryLength", "1"), ("Events:History", "2"));
        await PresencesAsync(device, 1);
        EventPosition position = EventPosition.After(JournalEntry.From(device.History.Newest(1)[0]));
        await PresencesAsync(device, 2);
        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromSeconds(0.5),
            () => device.Service<EventJournal>().Written == 6,
            "all events are stored"
        );
        var stream = device.Service<LiveStream>();

        using StreamListener listener = stream.Listen(false, position)!;
        Assert.Equal(["state", "event", "event", "event", "event"], listener.Backlog.Select(message => message.Name));
        Assert.True(EventPosition.TryParse("01a20801-d28f-7e2e-8949-b9ff37605c14:new:1", out EventPosition unknown));
        using StreamListener lost = stream.Listen(false, unknown)!;
        Assert.Equal(["state", "gap", ""], lost.Backlog.Select(message => message.Name));
        Assert.Equal(Id(listener.Backlog[^1]), Id(lost.Backlog[^1]));
    }

    [Fact]
    public async Task A_subscriber_that_loses_events_learns_of_it()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using StreamListener listener = device.Service<LiveStream>().Listen(false)!;
        var message = new StreamMessage(StreamMessage.Event, []);
        for (int i = 0; i < StreamListener.QueueLength; i++)
            listener.Offer(message);
        Assert.False(listener.TakeLoss());

        listener.Offer(message);

        Assert.True(listener.TakeLoss());
        Assert.False(listener.TakeLoss());
    }

    [Fact]
    public async Task Over_HTTP_events_have_ids_and_header_and_parameter_resume()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Presence:HistoryLength", "1"));
        await PresencesAsync(device, 1);
        string position = EventPosition.After(JournalEntry.From(device.History.Newest(2)[1])).ToString();
        foreach (bool header in new[] { false, true })
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get,
                "/api/stream" + (header ? "" : $"?lastEventId={Uri.EscapeDataString(position)}")
            );
            if (header)
                request.Headers.Add("Last-Event-ID", position);
            using HttpResponseMessage response = await device.Client.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                TestContext.Current.CancellationToken
            );
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            var lines = new List<string>();
            while (!lines.Contains("event: event"))
                lines.Add((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!);
            Assert.Equal($"id: {EventPosition.After(JournalEntry.From(device.History.Newest(1)[0]))}", lines[^2]);
        }
    }

    [Fact]
    public async Task A_round_that_throws_is_seen_in_health_and_the_stream_goes_on()
    {
        var section = new FaultySection();
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            services => services.AddSingleton<IStateSection>(section),
            ("Presence:HistoryLength", "1")
        );
        using StreamListener listener = device.Service<LiveStream>().Listen(false)!;
        var supervisor = device.Service<LoopSupervisor>();
        section.Fails = true;
        await Wait.AdvanceUntilAsync(device.Time, LiveStream.Interval, () => section.Failures > 0, "a round fails");
        await Wait.UntilAsync(() => supervisor.Degradation is not null, "health reports it");

        section.Fails = false;
        await PresencesAsync(device, 1);
        var names = new List<string>();
        await Wait.AdvanceUntilAsync(
            device.Time,
            LiveStream.Interval,
            () =>
            {
                while (listener.Messages.TryRead(out StreamMessage? message))
                    names.Add(message.Name);
                return names.Count(name => name == StreamMessage.Event) == 2 && names.Contains(StreamMessage.State);
            },
            "the events of the pause and the state arrive"
        );
        Assert.Null(supervisor.Degradation);
    }

    private static async Task PresencesAsync(DeviceFixture device, int count)
    {
        for (int i = 0; i < count; i++)
        {
            long before = device.History.Total;
            device.Detector.Found = [FakeDetector.Face()];
            while (device.History.Total == before)
                await device.FrameAsync();
            device.Detector.Found = [];
            while (device.History.Total == before + 1)
                await device.FrameAsync();
        }
    }

    private static EventPosition? Id(StreamMessage message)
    {
        string? line = Encoding
            .UTF8.GetString(message.Bytes)
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith("id: ", StringComparison.Ordinal));
        return line is not null && EventPosition.TryParse(line["id: ".Length..], out EventPosition position) ? position : null;
    }

    private sealed class FaultySection : IStateSection
    {
        private int _failures;

        public bool Fails { get; set; }

        public int Failures => Volatile.Read(ref _failures);

        public void Write(StateReport report)
        {
            if (!Fails)
                return;
            Interlocked.Increment(ref _failures);
            throw new InvalidOperationException("Broken on purpose.");
        }
    }
}
