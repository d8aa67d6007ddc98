using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Vision.Tests.Presence;

/// <summary>A camera of 640 x 480 pixels and ten frames per second whose detections the test makes up.</summary>
internal sealed class PresenceScene(params string[] labels)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private PresenceTracker? _tracker;

    public PresenceOptions Options { get; } = new();

    public List<PresenceEvent> Events { get; } = [];

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
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Tracker.Update(new FrameMetadata(_time.GetUtcNow(), 640, 480), detections, Events);
    }

    /// <summary>The same picture for a while.</summary>
    public void Stay(double seconds, params ReadOnlySpan<BoundingBox> boxes)
    {
        for (int i = 0; i < Math.Round(seconds * 10); i++)
            Frame(boxes);
    }

    public void Pass(TimeSpan time)
    {
        _time.Advance(time);
        Tracker.Advance(_time.GetUtcNow(), Events);
    }
}
