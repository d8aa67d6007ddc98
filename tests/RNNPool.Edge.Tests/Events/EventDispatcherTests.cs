using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Events;

public sealed class EventDispatcherTests : IDisposable
{
    private const int SinkNotOpened = 1210,
        NotDelivered = 1211;

    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly RecordingLogger<EventDispatcher> _log = new();
    private readonly LoopSupervisor _loops;
    private readonly OccupancyState _occupancy;
    private readonly FakeSink _good = new("good");

    public EventDispatcherTests()
    {
        _loops = new LoopSupervisor(_time, NullLogger<LoopSupervisor>.Instance);
        _occupancy = new OccupancyState(_time, new PresenceOptions());
    }

    public void Dispose() => _occupancy.Dispose();

    [Fact]
    public async Task Every_sink_gets_every_event_in_order()
    {
        var other = new FakeSink("other");
        using EventDispatcher dispatcher = await StartAsync(16, _good, other);
        dispatcher.Dispatch(Samples.Event(PresenceEventKind.New, "a"));
        dispatcher.Dispatch(Samples.Event(PresenceEventKind.End, "a", count: 0));

        await Wait.UntilAsync(() => _good.Delivered.Count == 2 && other.Delivered.Count == 2, "both events in both sinks");

        Assert.Equal(_good.Names, other.Names);
        Assert.Equal(["new a", "end a"], other.Names);
    }

    [Fact]
    public async Task A_sink_that_blocks_holds_up_nobody_and_loses_the_oldest_with_a_word()
    {
        var stuck = new FakeSink("stuck") { Gate = new TaskCompletionSource() };
        using EventDispatcher dispatcher = await StartAsync(2, stuck, _good);
        dispatcher.Dispatch(Samples.Event(id: "0"));
        await Wait.UntilAsync(() => stuck.Entered == 1, "the first event is held");
        for (int i = 1; i <= 5; i++)
        {
            dispatcher.Dispatch(Samples.Event(id: $"{i}"));
            await Wait.UntilAsync(() => _good.Delivered.Count == i + 1, "the good sink continues");
        }

        SinkStatus status = dispatcher.Sinks.Single(sink => sink.Name == "stuck");
        Assert.Equal(3, status.Dropped);
        Assert.Equal(2, status.Queued);
        Assert.Contains(_log.Warnings, line => line.Contains("stuck", StringComparison.Ordinal));
        Assert.Equal(0, dispatcher.Sinks.Single(sink => sink.Name == "good").Dropped);

        stuck.Gate.SetResult();
        await Wait.UntilAsync(() => stuck.Delivered.Count == 3, "the queue drains");
        Assert.Equal(["new 0", "new 4", "new 5"], stuck.Names);
    }

    [Fact]
    public async Task Drops_are_told_every_ten_seconds_not_every_time()
    {
        var stuck = new FakeSink("stuck") { Gate = new TaskCompletionSource() };
        using EventDispatcher dispatcher = await StartAsync(1, stuck);
        dispatcher.Dispatch(Samples.Event(id: "held"));
        await Wait.UntilAsync(() => stuck.Entered == 1, "the first event is held");
        for (int i = 0; i < 20; i++)
            dispatcher.Dispatch(Samples.Event(id: $"{i}"));
        Assert.Single(_log.Warnings);

        _time.Advance(TimeSpan.FromSeconds(11));
        dispatcher.Dispatch(Samples.Event(id: "later"));

        Assert.Equal(2, _log.Warnings.Count);
        Assert.Matches(@"\b19\b.*\b20\b", _log.Warnings[1]);
    }

    [Fact]
    public async Task A_sink_that_throws_is_counted_and_gets_the_next_event()
    {
        var failing = new FakeSink("failing") { Fail = id => id == "a" };
        using EventDispatcher dispatcher = await StartAsync(16, failing, _good);
        dispatcher.Dispatch(Samples.Event(id: "a"));
        dispatcher.Dispatch(Samples.Event(id: "b"));

        await Wait.UntilAsync(() => failing.Delivered.Count == 1 && _good.Delivered.Count == 2, "deliveries");

        SinkStatus status = dispatcher.Sinks.Single(sink => sink.Name == "failing");
        Assert.Equal((1, 1), (status.Failed, status.Delivered));
        Assert.Equal(("failing", "a"), (_log.WithId(NotDelivered)[0].Values["Sink"], _log.WithId(NotDelivered)[0].Values["Id"]));
    }

    [Fact]
    public async Task A_sink_that_cannot_open_is_opened_again_with_growing_delays_and_keeps_its_events()
    {
        var late = new FakeSink("late") { OpenFailures = 3 };
        using EventDispatcher dispatcher = await StartAsync(16, late);
        dispatcher.Dispatch(Samples.Event(id: "a"));

        TimeSpan passed = await Wait.AdvanceUntilAsync(
            _time,
            TimeSpan.FromSeconds(0.25),
            () => late.Delivered.Count == 1,
            "the sink opens"
        );

        Assert.True(passed.TotalSeconds >= 7, $"{passed}");
        Assert.Equal([1.0, 2.0, 4.0], _log.WithId(SinkNotOpened).Select(logged => logged.Values["Seconds"]));
        Assert.True(dispatcher.Sinks.Single().Open);
    }

    [Fact]
    public async Task A_stop_delivers_what_waits_and_closes_every_sink()
    {
        using EventDispatcher dispatcher = await StartAsync(16, _good);
        dispatcher.Dispatch(Samples.Event(id: "a"));
        dispatcher.Dispatch(Samples.Event(id: "b"));

        await dispatcher.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["new a", "new b"], _good.Names);
        Assert.True(_good.Closed);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_stuck_sink_and_says_what_it_left()
    {
        var stuck = new FakeSink("stuck") { Gate = new TaskCompletionSource() };
        using EventDispatcher dispatcher = await StartAsync(16, stuck, _good);
        dispatcher.Dispatch(Samples.Event(id: "a"));
        dispatcher.Dispatch(Samples.Event(id: "b"));
        await Wait.UntilAsync(() => stuck.Entered == 1 && _good.Delivered.Count == 2, "the first event is held");

        Task stop = dispatcher.StopAsync(TestContext.Current.CancellationToken);
        await Wait.FallsDueAsync(_time, TimeSpan.FromMilliseconds(50), 0, 2, () => stop.IsCompleted, "the stop");
        await stop;

        Assert.True(_good.Closed);
        await Wait.UntilAsync(() => _log.Warnings.Any(line => Regex.IsMatch(line, @"\b2\b")), "the loss is logged");
    }

    [Fact]
    public async Task A_sink_that_does_not_come_back_from_an_event_degrades_the_health()
    {
        var stuck = new FakeSink("stuck") { Gate = new TaskCompletionSource() };
        using EventDispatcher dispatcher = await StartAsync(16, stuck, _good);
        var health = new SinkHealth(dispatcher);
        dispatcher.Dispatch(Samples.Event(id: "a"));
        await Wait.UntilAsync(() => stuck.Entered == 1, "the event is held");
        _time.Advance(SinkHealth.Longest);
        Assert.Null(health.Degradation);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("stuck", health.Degradation, StringComparison.Ordinal);
        Assert.Null(health.Failure);

        stuck.Gate.SetResult();
        await Wait.UntilAsync(() => health.Degradation is null, "it came back");
        await dispatcher.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_loop_of_a_sink_that_throws_is_shown_in_health_and_restarts_with_its_events()
    {
        var late = new FakeSink("late") { OpenFailures = 1 };
        _log.ThrowAt(SinkNotOpened);
        using EventDispatcher dispatcher = await StartAsync(16, late, _good);
        dispatcher.Dispatch(Samples.Event(id: "a"));
        await Wait.UntilAsync(
            () => _loops.Degradation is not null && _good.Delivered.Count == 1,
            "the loop fails, and the other sink works"
        );
        Assert.Contains("late sink", _loops.Degradation, StringComparison.Ordinal);

        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.25), () => late.Delivered.Count == 1, "the loop delivers");

        Assert.Null(_loops.Degradation);
        Assert.Equal(1, _loops.Restarts);
    }

    private async Task<EventDispatcher> StartAsync(int queueLength, params IEventSink[] sinks)
    {
        IOptions<EventOptions> options = Options.Create(new EventOptions { QueueLength = queueLength });
        var dispatcher = new EventDispatcher(sinks, _occupancy, new EventHistory(options), options, _loops, _time, _log);
        await dispatcher.StartAsync(TestContext.Current.CancellationToken);
        return dispatcher;
    }

    private sealed class FakeSink(string name) : IEventSink
    {
        private int _entered;
        private int _opened;

        public string Name => name;

        public ConcurrentQueue<PresenceEvent> Delivered { get; } = new();

        public TaskCompletionSource? Gate { get; init; }

        public Func<string, bool> Fail { get; init; } = _ => false;

        public int OpenFailures { get; init; }

        public int Entered => Volatile.Read(ref _entered);

        public bool Closed { get; private set; }

        public string[] Names => [.. Delivered.Select(delivered => $"{delivered.Type.ToString().ToLowerInvariant()} {delivered.Id}")];

        public ValueTask OpenAsync(CancellationToken cancellationToken) =>
            _opened++ < OpenFailures ? throw new InvalidOperationException("no such thing.") : default;

        public async ValueTask DeliverAsync(PresenceEvent presenceEvent, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _entered);
            if (Gate is not null)
                await Gate.Task.WaitAsync(cancellationToken);
            if (Fail(presenceEvent.Id))
                throw new InvalidOperationException("out of order.");
            Delivered.Enqueue(presenceEvent);
        }

        public ValueTask CloseAsync(CancellationToken cancellationToken)
        {
            Closed = true;
            return default;
        }
    }
}
