using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Vision.Tests.Presence;

/// <summary>A camera of 640 x 480 pixels and ten frames per second whose detections the test makes up.</summary>
internal sealed class PresenceScene(params string[] labels)
{
    private readonly JumpingTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private PresenceTracker? _tracker;

    public PresenceOptions Options { get; } = new();

    public List<PresenceEvent> Events { get; } = [];

    public FrameTime Now => FrameTime.Now(_time);

    /// <summary>Seconds between two frames.</summary>
    public double Interval { get; init; } = 0.1;

    public PresenceTracker Tracker => _tracker ??= new PresenceTracker(Options, "door", labels.Length > 0 ? labels : ["face", "person"]);

    public PresenceEvent Last => Events[^1];

    /// <summary>A box of 40 x 100 pixels that stands on this point.</summary>
    public static BoundingBox At(float x, float y, float height = 100) => new(x - 20, y - height, 40, height);

    public void Frame(params ReadOnlySpan<BoundingBox> boxes)
    {
        var detections = new Detection[boxes.Length];
        for (int i = 0; i < boxes.Length; i++)
            detections[i] = new Detection(0, 0.9f, boxes[i]);
        Show(detections);
    }

    public void Show(params ReadOnlySpan<Detection> detections)
    {
        AdvanceClock(TimeSpan.FromSeconds(Interval));
        Tracker.Update(new FrameMetadata(Now, 640, 480), detections, Events);
    }

    /// <summary>The same picture for a while.</summary>
    public void Stay(double seconds, params ReadOnlySpan<BoundingBox> boxes)
    {
        for (int i = 0; i < Math.Round(seconds * 10); i++)
            Frame(boxes);
    }

    /// <summary>Sets the wall clock.</summary>
    public void Jump(TimeSpan step) => _time.Jump(step);

    /// <summary>Time without frames; presence advances every 250 ms, as in the device.</summary>
    public void Wait(double seconds)
    {
        for (double passed = 0; passed < seconds; passed += 0.25)
            Pass(TimeSpan.FromSeconds(0.25));
    }

    public void Pass(TimeSpan time)
    {
        _time.Advance(time);
        Tracker.Advance(Now, Events);
    }

    private void AdvanceClock(TimeSpan interval)
    {
        for (; interval > Tick; interval -= Tick)
            Pass(Tick);
        _time.Advance(interval);
    }
}
