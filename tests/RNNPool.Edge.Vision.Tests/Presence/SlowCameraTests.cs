using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Vision.Tests.Presence;

/// <summary>Cameras whose frames are further apart than the limits in seconds.</summary>
public sealed class SlowCameraTests
{
    private static readonly BoundingBox Here = PresenceScene.At(200, 300);

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void A_face_in_every_frame_is_announced_with_the_second_frame_and_stays(double rate)
    {
        var scene = new PresenceScene { Interval = 1 / rate };
        scene.Frame(Here);
        scene.Frame(Here);
        PresenceEvent begin = Assert.Single(scene.Events);
        Assert.Equal(PresenceEventKind.New, begin.Type);
        for (int i = 0; i < 20; i++)
            scene.Frame(Here);
        Assert.All(scene.Events, e => Assert.Equal(begin.Id, e.Id));
        Assert.DoesNotContain(scene.Events, e => e.Type == PresenceEventKind.End);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(1)]
    public void An_off_delay_shorter_than_a_frame_period_does_not_end_a_presence_between_frames(double rate)
    {
        var scene = new PresenceScene { Interval = 1 / rate };
        scene.Options.OffDelay = TimeSpan.FromSeconds(0.5);
        for (int i = 0; i < 20; i++)
            scene.Frame(Here);
        Assert.Equal([PresenceEventKind.New], scene.Events.Where(e => e.Type != PresenceEventKind.Update).Select(e => e.Type));
        scene.Frame();
        Assert.Equal(PresenceEventKind.End, scene.Last.Type);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void One_missed_frame_before_the_announcement_is_forgiven_as_with_a_fast_camera(double rate)
    {
        var scene = new PresenceScene { Interval = 1 / rate };
        scene.Frame(Here);
        scene.Frame();
        scene.Frame(Here);
        Assert.Equal([PresenceEventKind.New], scene.Events.Select(e => e.Type));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void A_face_that_has_left_ends(double rate)
    {
        var scene = new PresenceScene { Interval = 1 / rate };
        for (int i = 0; i < 5; i++)
            scene.Frame(Here);
        for (int i = 0; i < 4; i++)
            scene.Frame();
        Assert.Equal(PresenceEventKind.End, scene.Last.Type);
        Assert.True(scene.Last.EndTime >= scene.Last.StartTime);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void A_camera_that_stops_ends_its_presences_after_three_periods_and_forgets_its_tracks(double rate)
    {
        var scene = new PresenceScene { Interval = 1 / rate };
        for (int i = 0; i < 5; i++)
            scene.Frame(Here, PresenceScene.At(500, 300));
        scene.Wait(Math.Max(3, 3 / rate) - 0.5);
        Assert.DoesNotContain(scene.Events, e => e.Type == PresenceEventKind.End);
        scene.Wait(1);
        Assert.Equal(2, scene.Events.Count(e => e.Type == PresenceEventKind.End));
        Assert.Equal(0, scene.Tracker.Count);
    }

    [Fact]
    public void Jitter_around_half_a_frame_per_second_does_no_harm()
    {
        var random = new Random(1);
        for (int run = 0; run < 20; run++)
        {
            var scene = new PresenceScene { Interval = 0.001 };
            for (int i = 0; i < 30; i++)
            {
                scene.Wait(1.6 + (random.NextDouble() * 0.9));
                scene.Frame(Here);
            }

            Assert.Single(scene.Events, e => e.Type == PresenceEventKind.New);
            Assert.DoesNotContain(scene.Events, e => e.Type == PresenceEventKind.End);
        }
    }

    [Fact]
    public void A_gap_of_a_fast_camera_does_not_make_it_a_slow_one()
    {
        var scene = new PresenceScene();
        scene.Stay(1, Here);
        scene.Wait(2);
        scene.Stay(1, Here);
        scene.Wait(3.5);
        Assert.Equal(PresenceEventKind.End, scene.Last.Type);
    }
}
