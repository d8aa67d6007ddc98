using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Tracking;

namespace RNNPool.Edge.Vision.Tests.Tracking;

public sealed class IouTrackerTests
{
    private readonly TrackerOptions _options = new();
    private FrameTime _now = new(TimeSpan.FromSeconds(100), new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private IouTracker? _tracker;

    private IouTracker Tracker => _tracker ??= new IouTracker(_options, 3);

    [Fact]
    public void Two_that_pass_each_other_keep_their_numbers()
    {
        // They move 8 pixels a frame towards each other, 10 pixels apart in height, and pass.
        for (int i = 0; i < 40; i++)
            Frame(Box(8 * i, 100), Box(320 - (8 * i), 130));
        Assert.Equal(2, Tracker.Count);
        Assert.Equal((1, 312f), (Tracker.Tracks[0].Id, Tracker.Tracks[0].Box.X));
        Assert.Equal((2, 8f), (Tracker.Tracks[1].Id, Tracker.Tracks[1].Box.X));
    }

    [Fact]
    public void Motion_bridges_a_gap_in_which_the_boxes_no_longer_overlap()
    {
        for (int i = 0; i < 20; i++)
            Frame(Box(10 * i, 100));
        for (int i = 0; i < 4; i++)
            Frame();
        Frame(Box(240, 100));
        Track track = Assert.Single(Tracker.Tracks.ToArray());
        Assert.Equal((1, 240f), (track.Id, track.Box.X));
    }

    [Fact]
    public void Without_motion_the_same_gap_makes_a_new_track()
    {
        _options.VelocityGain = 0;
        for (int i = 0; i < 20; i++)
            Frame(Box(10 * i, 100));
        for (int i = 0; i < 4; i++)
            Frame();
        Frame(Box(240, 100));
        Assert.Equal(2, Tracker.Count);
    }

    [Fact]
    public void Misses_are_counted_in_time_not_frames()
    {
        Frame(Box(0, 0));
        for (int i = 0; i < 99; i++)
            Frame(0.01);
        Assert.Equal(1, Tracker.Count);
        Frame(0.011);
        Assert.Equal(0, Tracker.Count);
    }

    [Fact]
    public void Time_without_frames_counts_too_and_held_tracks_stay()
    {
        Frame(Box(0, 0), Box(200, 200));
        Frame(Box(0, 0), Box(200, 200));
        Tracker.Tracks[1].IsHeld = true;
        Tracker.Advance(_now.Monotonic + TimeSpan.FromSeconds(5));
        Track held = Assert.Single(Tracker.Tracks.ToArray());
        Assert.Equal((2, TimeSpan.FromSeconds(5), false), (held.Id, held.Unseen, held.IsSeen));
        Tracker.Release(held);
        Assert.Equal(0, Tracker.Count);
    }

    [Fact]
    public void Labels_are_not_mixed()
    {
        Frame(new Detection(0, 0.9f, new BoundingBox(0, 0, 40, 40)));
        Frame(new Detection(1, 0.9f, new BoundingBox(0, 0, 40, 40)));
        Assert.Equal([0, 1], Tracker.Tracks.ToArray().Select(t => t.Label));
    }

    [Fact]
    public void The_better_overlap_wins()
    {
        Frame(Box(0, 0), Box(20, 0));
        Frame(Box(18, 0), Box(2, 0));
        Assert.Equal([2f, 18], Tracker.Tracks.ToArray().Select(t => t.Box.X));
    }

    [Fact]
    public void The_number_of_tracks_is_bounded_and_the_longest_unseen_gives_way()
    {
        _options.MaxTracks = 3;
        _options.MaxMiss = TimeSpan.FromSeconds(60);
        Frame(Box(0, 0), Box(100, 0), Box(200, 0), Box(300, 0));
        Assert.Equal(3, Tracker.Count);
        Frame(Box(100, 0), Box(200, 0));
        Frame(Box(100, 0), Box(200, 0), Box(300, 0));
        Assert.Equal([100f, 200, 300], Tracker.Tracks.ToArray().Select(t => t.Box.X));
        foreach (Track track in Tracker.Tracks)
            track.IsHeld = true;
        Frame();
        Frame(Box(500, 0));
        Assert.Equal([100f, 200, 300], Tracker.Tracks.ToArray().Select(t => t.Box.X));
    }

    [Fact]
    public void Medians_count_missed_frames_as_zero()
    {
        Frame(Box(0, 0));
        Assert.Equal(0, Tracker.Tracks[0].MedianScore);
        Frame(Box(0, 0));
        Assert.Equal(0.9f, Tracker.Tracks[0].MedianScore);
        Frame();
        Assert.Equal(0.9f, Tracker.Tracks[0].MedianScore);
        Frame();
        Assert.Equal(0, Tracker.Tracks[0].MedianScore);
    }

    [Fact]
    public void A_storm_of_detections_is_survived_without_allocating_each_time()
    {
        var random = new Random(5);
        var storm = new Detection[2000];
        for (int i = 0; i < storm.Length; i++)
            storm[i] = new Detection(0, random.NextSingle(), new BoundingBox(random.Next(600), random.Next(400), 80, 80));
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 5; i++)
                    Frame(storm);
            })
        );
        Assert.Equal(64, Tracker.Count);
    }

    private static Detection Box(float x, float y) => new(0, 0.9f, new BoundingBox(x, y, 40, 40));

    private void Frame(params ReadOnlySpan<Detection> detections) => Frame(0.1, detections);

    private void Frame(double seconds, params ReadOnlySpan<Detection> detections)
    {
        _now = new FrameTime(_now.Monotonic + TimeSpan.FromSeconds(seconds), _now.Wall + TimeSpan.FromSeconds(seconds));
        Tracker.Update(_now, detections);
    }
}
