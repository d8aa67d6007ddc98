using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Vision.Tests.Presence;

/// <summary>The wall clock is set while the device runs; nothing but labels may change.</summary>
public sealed class ClockJumpTests
{
    private static readonly BoundingBox Here = PresenceScene.At(200, 300);

    private readonly PresenceScene _scene = new();

    public static TheoryData<TimeSpan> Jumps => JumpingTimeProvider.Jumps;

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Before_the_announcement_the_track_is_kept(TimeSpan jump)
    {
        _scene.Stay(0.2, Here);
        _scene.Jump(jump);
        _scene.Wait(0.25);
        _scene.Stay(0.1, Here);
        Assert.Equal([PresenceEventKind.New], _scene.Events.Select(e => e.Type));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void While_present_no_event_follows(TimeSpan jump)
    {
        _scene.Stay(5, Here);
        _scene.Jump(jump);
        _scene.Wait(0.5);
        _scene.Stay(4, Here);
        Assert.Equal([PresenceEventKind.New], _scene.Events.Select(e => e.Type));
        Assert.Equal(1, _scene.Tracker.Count);
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void After_the_last_sighting_the_end_comes_in_its_time(TimeSpan jump)
    {
        _scene.Stay(5, Here);
        _scene.Stay(1);
        _scene.Jump(jump);
        _scene.Stay(1.8);
        Assert.DoesNotContain(_scene.Events, e => e.Type == PresenceEventKind.End);
        _scene.Stay(0.5);
        PresenceEvent end = _scene.Last;
        Assert.Equal(PresenceEventKind.End, end.Type);
        Assert.Equal(4.9, (end.EndTime!.Value - end.StartTime).TotalSeconds, 3);
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Without_frames_the_end_comes_in_its_time(TimeSpan jump)
    {
        _scene.Stay(5, Here);
        _scene.Wait(1);
        _scene.Jump(jump);
        _scene.Wait(1.5);
        Assert.DoesNotContain(_scene.Events, e => e.Type == PresenceEventKind.End);
        _scene.Wait(1);
        Assert.Equal(PresenceEventKind.End, _scene.Last.Type);
        Assert.True(_scene.Last.EndTime >= _scene.Last.StartTime);
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Rest_and_the_longer_delay_of_a_stationary_presence_are_monotonic(TimeSpan jump)
    {
        _scene.Stay(300, Here);
        _scene.Jump(jump);
        _scene.Stay(290, Here);
        Assert.DoesNotContain(_scene.Events, e => e.Stationary);
        _scene.Stay(20, Here);
        Assert.True(_scene.Last.Stationary);

        _scene.Jump(jump);
        _scene.Stay(600);
        Assert.DoesNotContain(_scene.Events, e => e.Type == PresenceEventKind.End);
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void A_zone_is_left_in_its_time(TimeSpan jump)
    {
        _scene.Options.Zones =
        [
            new ZoneOptions
            {
                Name = "left",
                Polygon = "0,0 0.5,0 0.5,1 0,1",
                OffDelay = TimeSpan.FromSeconds(2),
            },
        ];
        _scene.Stay(1, PresenceScene.At(310, 300));
        _scene.Stay(0.5, PresenceScene.At(334, 300));
        _scene.Jump(jump);
        _scene.Stay(1, PresenceScene.At(334, 300));
        Assert.Equal(["left"], _scene.Last.Zones);
        _scene.Stay(1, PresenceScene.At(334, 300));
        Assert.Empty(_scene.Last.Zones);
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void An_end_for_another_reason_does_not_precede_the_start(TimeSpan jump)
    {
        _scene.Stay(1, Here);
        _scene.Jump(jump);
        _scene.Tracker.EndAll(_scene.Now, PresenceEndReason.Settings, _scene.Events);
        Assert.Equal(PresenceEventKind.End, _scene.Last.Type);
        Assert.True(_scene.Last.EndTime >= _scene.Last.StartTime);
    }
}
