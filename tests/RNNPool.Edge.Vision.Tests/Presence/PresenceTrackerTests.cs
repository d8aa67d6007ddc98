using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Vision.Tests.Presence;

public sealed class PresenceTrackerTests
{
    private static readonly BoundingBox Here = new(100, 100, 40, 50);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly PresenceOptions _options = new();
    private readonly List<PresenceEvent> _events = [];
    private PresenceTracker? _tracker;

    private PresenceTracker Tracker => _tracker ??= new PresenceTracker(_options, "front door", ["face", "person"]);

    [Fact]
    public void A_presence_begins_when_the_median_of_the_last_scores_reaches_the_threshold()
    {
        Frame((0.9f, Here));
        Assert.Empty(_events);
        Frame((0.5f, Here));
        Assert.Empty(_events);
        Frame((0.7f, Here));
        PresenceEvent begun = Assert.Single(_events);
        Assert.Equal(
            (PresenceEventKind.New, "front door", "face", 0.7, 0.7, 1),
            (begun.Type, begun.Camera, begun.Label, begun.Score, begun.TopScore, begun.Count)
        );
        Assert.Equal((new EventBox(100, 100, 40, 50), 640, 480), (begun.Box, begun.Frame.Width, begun.Frame.Height));
        Assert.Equal(_time.GetUtcNow().UtcDateTime, begun.Time);
        Assert.Equal(FrameTime.Now(_time).Monotonic, begun.MonotonicTime);
        Assert.Equal(_time.GetUtcNow().UtcDateTime.AddSeconds(-0.2), begun.StartTime);
        Assert.Null(begun.EndTime);
        Assert.Equal(7, Guid.Parse(begun.Id).Version);
        Assert.Equal(begun.Id.ToLowerInvariant(), begun.Id);
    }

    [Fact]
    public void Single_bright_frames_are_not_announced()
    {
        for (int i = 0; i < 20; i++)
        {
            Frame((0.99f, Here));
            Frame();
            Frame();
        }

        Assert.Empty(_events);
    }

    [Fact]
    public void Scores_between_the_thresholds_keep_a_presence_but_do_not_begin_one()
    {
        for (int i = 0; i < 50; i++)
            Frame((0.5f, Here));
        Assert.Empty(_events);
        for (int i = 0; i < 3; i++)
            Frame((0.9f, Here));
        for (int i = 0; i < 50; i++)
            Frame((0.5f, Here));
        Assert.Equal(PresenceEventKind.New, _events[0].Type);
        Assert.DoesNotContain(_events, e => e.Type == PresenceEventKind.End);
        for (int i = 0; i < 50; i++)
            Frame((0.3f, Here));
        PresenceEvent end = Assert.Single(_events, e => e.Type == PresenceEventKind.End);
        Assert.Equal(TimeSpan.FromSeconds(3), end.Time - end.EndTime);
    }

    [Fact]
    public void A_presence_ends_after_the_off_delay_and_says_when_it_was_last_seen()
    {
        Appear();
        DateTimeOffset seen = _time.GetUtcNow();
        while (_time.GetUtcNow() - seen < TimeSpan.FromSeconds(2.9))
            Frame();
        Assert.DoesNotContain(_events, e => e.Type == PresenceEventKind.End);
        Frame();
        PresenceEvent end = _events[^1];
        Assert.Equal((PresenceEventKind.End, _events[0].Id, 0), (end.Type, end.Id, end.Count));
        Assert.Equal((seen.UtcDateTime, seen.UtcDateTime.AddSeconds(3)), (end.EndTime, end.Time));
        Assert.Equal(_events[0].StartTime, end.StartTime);
        Assert.Equal(new EventBox(100, 100, 40, 50), end.Box);
        Assert.Equal(0, Tracker.Count);
    }

    [Fact]
    public void A_presence_ends_although_frames_stop()
    {
        Appear();
        Advance(2.9);
        Assert.Single(_events);
        Advance(0.2);
        Assert.Equal(PresenceEventKind.End, _events[^1].Type);
        Advance(100);
        Assert.Equal(2, _events.Count);
    }

    [Fact]
    public void Who_comes_back_within_the_off_delay_is_the_same_presence()
    {
        Appear();
        for (int i = 0; i < 25; i++)
            Frame();
        for (int i = 0; i < 5; i++)
            Frame((0.9f, Here));
        for (int i = 0; i < 25; i++)
            Frame();
        Assert.DoesNotContain(_events, e => e.Type == PresenceEventKind.End);
        Assert.All(_events, e => Assert.Equal(_events[0].Id, e.Id));
    }

    [Fact]
    public void Who_comes_back_after_the_end_is_a_new_presence_that_begins_then()
    {
        Appear();
        for (int i = 0; i < 40; i++)
            Frame();
        DateTimeOffset back = _time.GetUtcNow() + TimeSpan.FromSeconds(0.1);
        Appear();
        Assert.Equal([PresenceEventKind.New, PresenceEventKind.End, PresenceEventKind.New], _events.Select(e => e.Type));
        Assert.NotEqual(_events[0].Id, _events[2].Id);
        Assert.Equal(back.UtcDateTime, _events[2].StartTime);
    }

    [Fact]
    public void A_track_that_fades_and_grows_again_begins_anew()
    {
        Appear();
        for (int i = 0; i < 40; i++)
            Frame((0.2f, Here));
        DateTime ended = _events[^1].Time;
        for (int i = 0; i < 3; i++)
            Frame((0.9f, Here));
        Assert.Equal(PresenceEventKind.New, _events[^1].Type);
        Assert.True(_events[^1].StartTime >= ended);
    }

    [Fact]
    public void Moving_changing_and_staying_are_updated()
    {
        _options.UpdateInterval = TimeSpan.FromSeconds(5);
        _options.MinUpdateInterval = TimeSpan.FromSeconds(0.5);
        Appear();
        for (int i = 0; i < 48; i++)
            Frame((0.9f, Here));
        Assert.Single(_events);
        Frame((0.9f, Here));
        Assert.Equal(PresenceEventKind.Update, _events[^1].Type);

        // A quarter of 50 pixels is 12.5.
        for (int i = 0; i < 10; i++)
            Frame((0.9f, Here with { X = 112 }));
        Assert.Equal(2, _events.Count);
        Frame((0.9f, Here with { X = 113 }));
        Assert.Equal((3, 113.0), (_events.Count, _events[^1].Box.X));

        for (int i = 0; i < 10; i++)
            Frame((0.75f, Here with { X = 113 }));
        Assert.Equal((4, 0.75, 0.9), (_events.Count, _events[^1].Score, _events[^1].TopScore));
    }

    [Theory]
    [InlineData(null, 10)]
    [InlineData(0.5, 200)]
    public void Updates_of_a_restless_thing_are_bounded(double? leastSeconds, int most)
    {
        _options.MinUpdateInterval = leastSeconds is { } least ? TimeSpan.FromSeconds(least) : null;
        Appear();
        for (int i = 0; i < 1000; i++)
            Frame((0.9f, Here with { X = 100 + (i % 2 * 15) }));
        Assert.InRange(_events.Count(e => e.Type == PresenceEventKind.Update), most * 3 / 4, most);
    }

    [Fact]
    public void A_clearly_better_picture_is_updated_once_within_the_interval()
    {
        for (int i = 0; i < 18; i++)
            Frame((0.7f, Here));
        Assert.Equal(PresenceEventKind.New, Assert.Single(_events).Type);

        for (int i = 0; i < 20; i++)
            Frame((0.95f, Here));
        Assert.Equal((2, PresenceEventKind.Update, 0.95), (_events.Count, _events[^1].Type, _events[^1].TopScore));

        for (int i = 0; i < 60; i++)
            Frame((0.95f, Here with { Height = Here.Height * 1.6f }));
        Assert.Equal(2, _events.Count);
    }

    [Theory]
    [InlineData(0.9f, 1.6f, 2)]
    [InlineData(0.9f, 1.4f, 1)]
    [InlineData(0.65f, 1.6f, 1)]
    public void A_picture_is_better_when_it_is_larger_and_not_much_worse(float score, float height, int events)
    {
        Appear();
        for (int i = 0; i < 20; i++)
            Frame((i < 10 ? 0.9f : score, Here));

        for (int i = 0; i < 20; i++)
            Frame((score, Here with { Height = Here.Height * height }));

        Assert.Equal(events, _events.Count);
    }

    [Fact]
    public void Presences_are_counted_by_label()
    {
        for (int i = 0; i < 3; i++)
        {
            Tick();
            Tracker.Update(
                new FrameMetadata(FrameTime.Now(_time), 640, 480),
                [new(0, 0.9f, Here), new(1, 0.8f, Here), new(0, 0.7f, new BoundingBox(300, 100, 40, 50))],
                _events
            );
        }

        Assert.Equal([("face", 1), ("person", 1), ("face", 2)], _events.Select(e => (e.Label, e.Count)));
        Assert.Equal(3, Tracker.Count);
        var active = new List<Vision.Presence.Presence>();
        Tracker.CopyActive(active);
        Assert.Equal(_events.Select(e => e.Id), active.Select(p => p.Id));
        Tracker.EndAll(FrameTime.Now(_time), PresenceEndReason.Stopped, _events);
        Assert.Equal(3, _events.Count(e => e.Type == PresenceEventKind.End));
        Assert.Equal(0, _events[^1].Count);
        Assert.Equal(0, Tracker.Count);
    }

    [Fact]
    public void With_no_off_delay_what_is_seen_stays_and_what_is_missed_ends_at_once()
    {
        _options.OffDelay = TimeSpan.Zero;
        Appear();
        for (int i = 0; i < 10; i++)
            Frame((0.9f, Here));
        Assert.Single(_events);
        Frame();
        Assert.Equal(PresenceEventKind.End, _events[^1].Type);
    }

    [Fact]
    public void Frames_without_events_allocate_nothing()
    {
        _options.UpdateInterval = TimeSpan.FromDays(1);
        Appear();
        Detection[] detections = [new(0, 0.9f, Here), new(0, 0.3f, new BoundingBox(300, 300, 20, 20))];
        FrameTime now = FrameTime.Now(_time);
        Tracker.Update(new FrameMetadata(Later(ref now, 0.1), 640, 480), detections, _events);
        int events = _events.Count;
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 100; i++)
                {
                    Tracker.Update(new FrameMetadata(Later(ref now, 0.1), 640, 480), detections, _events);
                    Tracker.Advance(Later(ref now, 0.01), _events);
                }
            })
        );
        Assert.Equal(events, _events.Count);
    }

    private void Appear()
    {
        for (int i = 0; i < 3; i++)
            Frame((0.9f, Here));
    }

    private void Frame(params ReadOnlySpan<(float Score, BoundingBox Box)> found)
    {
        Tick();
        var detections = new Detection[found.Length];
        for (int i = 0; i < found.Length; i++)
            detections[i] = new Detection(0, found[i].Score, found[i].Box);
        Tracker.Update(new FrameMetadata(FrameTime.Now(_time), 640, 480), detections, _events);
    }

    private static FrameTime Later(ref FrameTime time, double seconds) =>
        time = time with { Monotonic = time.Monotonic + TimeSpan.FromSeconds(seconds) };

    private void Tick() => _time.Advance(TimeSpan.FromSeconds(0.1));

    private void Advance(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Tracker.Advance(FrameTime.Now(_time), _events);
    }
}
