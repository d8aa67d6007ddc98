using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Vision.Tests.Presence;

public sealed class ZoneTests
{
    // The frame is 640 x 480, so this is everything right of 320 and below 240.
    private const string LowerRight = "0.5,0.5 1,0.5 1,1 0.5,1";

    private readonly PresenceScene _scene = new();

    [Fact]
    public void Who_enters_and_leaves_a_zone_is_updated_at_once_with_the_zones()
    {
        Zone("porch", LowerRight, offDelay: 0);
        _scene.Stay(0.3, PresenceScene.At(200, 400));
        Assert.Empty(_scene.Last.Zones);

        for (int x = 205; x < 420; x += 10)
            _scene.Frame(PresenceScene.At(x, 400));
        PresenceEvent entered = _scene.Events.First(e => e.Zones.Count > 0);
        Assert.Equal((PresenceEventKind.Update, 325.0), (entered.Type, entered.Box.X + 20));
        Assert.Equal(["porch"], entered.Zones);

        for (int x = 415; x > 200; x -= 10)
            _scene.Frame(PresenceScene.At(x, 400));
        PresenceEvent left = _scene.Events.SkipWhile(e => e.Zones.Count == 0).First(e => e.Zones.Count == 0);

        // The margin is 0.02 of the height, which is 9.6 pixels: 315 is within it.
        Assert.Equal((PresenceEventKind.Update, 305.0), (left.Type, left.Box.X + 20));
    }

    [Fact]
    public void On_the_border_nothing_flickers()
    {
        Zone("porch", LowerRight, offDelay: 0);
        _scene.Options.UpdateMove = 10;
        _scene.Stay(0.3, PresenceScene.At(330, 400));
        for (int i = 0; i < 50; i++)
            _scene.Frame(PresenceScene.At(320 + (i % 2 * 16) - 8, 400));

        Assert.Single(_scene.Events);
        Assert.Equal(["porch"], _scene.Last.Zones);
    }

    [Fact]
    public void A_zone_is_left_only_after_its_off_delay()
    {
        Zone("porch", LowerRight, offDelay: 2);
        _scene.Stay(0.3, PresenceScene.At(325, 400));
        _scene.Stay(1.9, PresenceScene.At(305, 400));
        Assert.Equal(["porch"], _scene.Last.Zones);
        _scene.Frame(PresenceScene.At(325, 400));
        _scene.Stay(1.9, PresenceScene.At(305, 400));
        Assert.Equal(["porch"], _scene.Last.Zones);
        _scene.Stay(0.2, PresenceScene.At(305, 400));
        Assert.Empty(_scene.Last.Zones);
    }

    [Theory]
    [InlineData(ZoneAnchor.BottomCentre, true)]
    [InlineData(ZoneAnchor.Centre, false)]
    public void The_anchor_decides_which_point_counts(ZoneAnchor anchor, bool inside)
    {
        // The feet are at 260, just below the middle; the centre is at 210.
        Zone("porch", LowerRight).Anchor = anchor;
        _scene.Stay(0.3, PresenceScene.At(400, 260));

        Assert.Equal(inside, _scene.Last.Zones.Count > 0);
    }

    [Fact]
    public void Who_stands_beyond_the_lower_edge_stands_at_the_edge()
    {
        Zone("porch", LowerRight);
        _scene.Stay(0.3, PresenceScene.At(400, 520, 200));

        Assert.Equal(["porch"], _scene.Last.Zones);
    }

    [Fact]
    public void Zones_overlap_and_judge_labels_sizes_and_scores_for_themselves()
    {
        Zone("all", "0,0 1,0 1,1 0,1");
        Zone("persons", LowerRight).Labels = ["person"];
        Zone("near", LowerRight).MinHeight = 0.3f;
        Zone("sure", LowerRight).EnterThreshold = 0.95f;
        _scene.Stay(0.3, PresenceScene.At(400, 400));
        Assert.Equal(["all"], _scene.Last.Zones);

        _scene.Stay(0.5, PresenceScene.At(400, 400, 150));
        Assert.Equal(["all", "near"], _scene.Last.Zones);

        // 0.8 of 0.3 of 480 is 115.2.
        _scene.Stay(2, PresenceScene.At(400, 400, 118));
        Assert.Equal(["all", "near"], _scene.Last.Zones);
        _scene.Stay(2, PresenceScene.At(400, 400, 112));
        Assert.Equal(["all"], _scene.Last.Zones);

        for (int i = 0; i < 5; i++)
            _scene.Show(new Detection(0, 0.96f, PresenceScene.At(400, 400)));
        Assert.Equal(["all", "sure"], _scene.Last.Zones);

        for (int i = 0; i < 5; i++)
            _scene.Show(new Detection(1, 0.9f, PresenceScene.At(500, 400)));
        Assert.Equal(["all", "persons"], _scene.Last.Zones);
    }

    [Fact]
    public void A_box_that_fills_the_frame_is_in_no_zone()
    {
        Zone("all", "0,0 1,0 1,1 0,1");
        _scene.Stay(0.5, new BoundingBox(0, 0, 640, 480));

        Assert.Equal(PresenceEventKind.New, Assert.Single(_scene.Events).Type);
        Assert.Empty(_scene.Last.Zones);
    }

    [Fact]
    public void An_end_names_the_zones_that_it_was_in_last()
    {
        Zone("porch", LowerRight);
        _scene.Stay(0.3, PresenceScene.At(400, 400));
        _scene.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal((PresenceEventKind.End, PresenceEndReason.Gone), (_scene.Last.Type, _scene.Last.Reason!.Value));
        Assert.Equal(["porch"], _scene.Last.Zones);
    }

    [Fact]
    public void Only_in_zones_what_is_elsewhere_is_nothing_and_who_leaves_them_ends()
    {
        Zone("porch", LowerRight, offDelay: 0.5);
        _scene.Options.OnlyInZones = true;
        _scene.Stay(5, PresenceScene.At(200, 400));
        Assert.Empty(_scene.Events);

        for (int x = 200; x <= 400; x += 10)
            _scene.Frame(PresenceScene.At(x, 400));
        Assert.Equal(PresenceEventKind.New, _scene.Events[0].Type);
        for (int x = 400; x >= 200; x -= 10)
            _scene.Frame(PresenceScene.At(x, 400));
        _scene.Stay(5, PresenceScene.At(200, 400));

        Assert.Equal(PresenceEventKind.End, _scene.Last.Type);
        Assert.Equal(0, _scene.Tracker.Count);
    }

    [Fact]
    public void A_polygon_may_be_concave()
    {
        // A U: the middle of its top is open.
        Zone("u", "0,0 0.3,0 0.3,0.7 0.7,0.7 0.7,0 1,0 1,1 0,1", offDelay: 0);
        _scene.Stay(0.3, PresenceScene.At(320, 200));
        Assert.Empty(_scene.Last.Zones);
        _scene.Stay(0.3, PresenceScene.At(320, 200), PresenceScene.At(100, 200));
        Assert.Equal(["u"], _scene.Last.Zones);
    }

    [Fact]
    public void Frames_without_events_allocate_nothing_with_zones_either()
    {
        Zone("porch", LowerRight);
        Zone("all", "0,0 1,0 1,1 0,1");
        _scene.Options.UpdateInterval = TimeSpan.FromDays(1);
        _scene.Stay(0.5, PresenceScene.At(400, 400));
        Detection[] detections = [new(0, 0.9f, PresenceScene.At(400, 400))];
        var active = new List<Vision.Presence.Presence>(8);
        FrameTime now = _scene.Now;
        _scene.Tracker.Update(new FrameMetadata(now, 640, 480), detections, _scene.Events);
        _scene.Tracker.CopyActive(active);
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 100; i++)
                {
                    _scene.Tracker.Update(
                        new FrameMetadata(now = now with { Monotonic = now.Monotonic + TimeSpan.FromSeconds(0.1) }, 640, 480),
                        detections,
                        _scene.Events
                    );
                    active.Clear();
                    _scene.Tracker.CopyActive(active);
                }
            })
        );
        Assert.Equal(["porch", "all"], active[0].Zones);
    }

    private ZoneOptions Zone(string name, string polygon, double offDelay = 0.5)
    {
        var zone = new ZoneOptions
        {
            Name = name,
            Polygon = polygon,
            OffDelay = TimeSpan.FromSeconds(offDelay),
        };
        _scene.Options.Zones.Add(zone);
        return zone;
    }
}
