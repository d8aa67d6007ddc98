using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Vision.Tests.Presence;

/// <summary>Posters, statues and sleepers: what does not move is said once, and then no more.</summary>
public sealed class StationaryTests
{
    private static readonly BoundingBox Poster = PresenceScene.At(200, 300);

    private readonly PresenceScene _scene = new();

    public StationaryTests() => _scene.Options.StationaryAfter = TimeSpan.FromMinutes(1);

    [Fact]
    public void What_does_not_move_is_announced_as_stationary_once_and_is_silent_from_then_on()
    {
        _scene.Stay(59.9, Poster);
        Assert.All(_scene.Events, e => Assert.False(e.Stationary));
        int events = _scene.Events.Count;

        _scene.Stay(0.5, Poster);
        PresenceEvent said = _scene.Last;
        Assert.Equal((events + 1, PresenceEventKind.Update, true, 0), (_scene.Events.Count, said.Type, said.Stationary, said.Count));
        Assert.Equal(_scene.Events[0].Id, said.Id);

        _scene.Stay(600, Poster);
        Assert.Equal(events + 1, _scene.Events.Count);
        Assert.Equal(1, _scene.Tracker.Count);
    }

    [Fact]
    public void A_stationary_thing_that_is_not_ignored_stays_in_the_count()
    {
        _scene.Options.IgnoreStationary = false;
        _scene.Stay(61, Poster);

        Assert.Equal((true, 1), (_scene.Last.Stationary, _scene.Last.Count));
    }

    [Fact]
    public void Jitter_and_single_odd_boxes_are_not_motion()
    {
        for (int i = 0; i < 1200; i++)
        {
            float jitter = (i % 5 * 4) - 8;
            _scene.Frame(
                i % 37 == 0
                    ? Poster with
                    {
                        X = Poster.X + 18,
                    }
                    : Poster with
                    {
                        X = Poster.X + (jitter / 2),
                        Height = Poster.Height + jitter,
                    }
            );
        }

        Assert.True(_scene.Last.Stationary);
    }

    [Fact]
    public void Who_moves_now_and_then_never_becomes_stationary()
    {
        for (int i = 0; i < 10; i++)
            _scene.Stay(30, Poster with { X = Poster.X + (i % 2 * 20) });

        Assert.All(_scene.Events, e => Assert.False(e.Stationary));
    }

    [Fact]
    public void A_slow_drift_is_motion()
    {
        for (int i = 0; i < 3000; i++)
            _scene.Frame(Poster with { X = 50 + (i * 0.1f) });

        Assert.All(_scene.Events, e => Assert.False(e.Stationary));
    }

    [Fact]
    public void A_stationary_thing_that_flickers_is_neither_ended_nor_announced_again()
    {
        _scene.Stay(61, Poster);
        int events = _scene.Events.Count;
        for (int i = 0; i < 20; i++)
        {
            _scene.Stay(60);
            _scene.Stay(5, Poster);
        }

        Assert.Equal(events, _scene.Events.Count);
    }

    [Fact]
    public void A_stationary_thing_that_moves_is_active_again_and_may_come_to_rest_again()
    {
        _scene.Stay(61, Poster);
        int events = _scene.Events.Count;
        for (int i = 1; i <= 10; i++)
            _scene.Frame(Poster with { X = Poster.X + (8 * i) });

        PresenceEvent active = _scene.Events[events];
        Assert.Equal((PresenceEventKind.Update, false, 1, _scene.Events[0].Id), (active.Type, active.Stationary, active.Count, active.Id));
        _scene.Stay(62, Poster with { X = Poster.X + 80 });
        Assert.True(_scene.Last.Stationary);
    }

    [Fact]
    public void A_stationary_thing_that_is_taken_away_ends_after_its_own_off_delay()
    {
        _scene.Options.StationaryOffDelay = TimeSpan.FromMinutes(20);
        _scene.Stay(61, Poster);
        _scene.Frame();
        _scene.Pass(TimeSpan.FromMinutes(19));
        Assert.Equal(PresenceEventKind.Update, _scene.Last.Type);
        _scene.Pass(TimeSpan.FromMinutes(2));

        Assert.Equal(
            (PresenceEventKind.End, PresenceEndReason.Gone, true),
            (_scene.Last.Type, _scene.Last.Reason!.Value, _scene.Last.Stationary)
        );
        Assert.Equal(0, _scene.Tracker.Count);
    }

    [Fact]
    public void The_usual_off_delay_holds_when_it_is_longer()
    {
        (_scene.Options.OffDelay, _scene.Options.StationaryOffDelay) = (TimeSpan.FromMinutes(5), TimeSpan.Zero);
        _scene.Stay(61, Poster);
        _scene.Frame();
        _scene.Pass(TimeSpan.FromMinutes(4));
        Assert.NotEqual(PresenceEventKind.End, _scene.Last.Type);
        _scene.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(PresenceEventKind.End, _scene.Last.Type);
    }

    [Fact]
    public void Somebody_else_beside_it_is_announced()
    {
        _scene.Stay(61, Poster);
        _scene.Stay(1, Poster, PresenceScene.At(500, 400));

        Assert.Equal((PresenceEventKind.New, false, 1), (_scene.Last.Type, _scene.Last.Stationary, _scene.Last.Count));
        Assert.Equal(2, _scene.Tracker.Count);
    }

    [Fact]
    public void Zero_means_never()
    {
        _scene.Options.StationaryAfter = TimeSpan.Zero;
        _scene.Stay(700, Poster);

        Assert.All(_scene.Events, e => Assert.False(e.Stationary));
        Assert.InRange(_scene.Events.Count, 65, 75);
    }

    [Fact]
    public void A_box_that_fills_the_frame_tells_no_motion_and_is_never_stationary()
    {
        _scene.Stay(200, new BoundingBox(0, 0, 640, 480));

        Assert.All(_scene.Events, e => Assert.False(e.Stationary));
    }

    [Fact]
    public void Labels_and_sizes_that_are_not_wanted_are_not_announced()
    {
        _scene.Options.Labels = ["face"];
        (_scene.Options.MinHeight, _scene.Options.MinHeightPixels) = (0.1f, 60);
        for (int i = 0; i < 10; i++)
        {
            _scene.Show(
                new(1, 0.9f, PresenceScene.At(100, 200)),
                new(0, 0.9f, PresenceScene.At(200, 200, 59)),
                new(0, 0.9f, PresenceScene.At(300, 200, 61))
            );
        }

        Assert.Equal(280, Assert.Single(_scene.Events).Box.X);

        // Down to 0.8 of the larger limit, 48 pixels, it stays; below it is gone.
        _scene.Stay(10, PresenceScene.At(300, 200, 49));
        Assert.DoesNotContain(_scene.Events, e => e.Type == PresenceEventKind.End);
        _scene.Stay(10, PresenceScene.At(300, 200, 47));
        Assert.Equal(PresenceEventKind.End, _scene.Last.Type);
    }

    [Fact]
    public void The_threshold_may_be_changed_while_it_runs_even_below_the_leave_threshold()
    {
        for (int i = 0; i < 5; i++)
            _scene.Show(new Detection(0, 0.3f, Poster));
        Assert.Empty(_scene.Events);

        _scene.Tracker.EnterThreshold = 0.25f;
        for (int i = 0; i < 100; i++)
            _scene.Show(new Detection(0, 0.3f, Poster));

        Assert.Equal(PresenceEventKind.New, _scene.Events[0].Type);
        Assert.DoesNotContain(_scene.Events, e => e.Type == PresenceEventKind.End);
    }
}
