using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>
/// Runs a presence through a tracker and an occupancy of its own before the first frame. Code is compiled when it first runs, which would
/// otherwise delay the first event after a start (by a tenth of a second and more on a small machine).
/// </summary>
internal static class PresenceWarmUp
{
    private static readonly TimeSpan FrameInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Begins and ends a presence of every label.</summary>
    /// <param name="options">The settings of the device.</param>
    /// <param name="labels">The model's labels.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <returns>The number of events; none of them leaves this method.</returns>
    public static int Run(PresenceOptions options, IReadOnlyList<string> labels, TimeProvider timeProvider)
    {
        var tracker = new PresenceTracker(options, "", labels);
        var occupancy = new OccupancyState(timeProvider, options);
        occupancy.Changed += static _ => { };
        var events = new List<PresenceEvent>();
        FrameTime time = FrameTime.Now(timeProvider);
        Detection[] detections = [.. labels.Select((_, label) => new Detection(label, 1, new BoundingBox(label * 100, 100, 200, 900)))];
        for (int i = 0; i < options.HistoryLength; i++)
        {
            time = time with { Monotonic = time.Monotonic + FrameInterval };
            tracker.Update(new FrameMetadata(time, 1000, 1000), detections, events);
        }

        tracker.EndAll(time, PresenceEndReason.Stopped, events);
        foreach (PresenceEvent presenceEvent in events)
            occupancy.Apply(presenceEvent);
        return events.Count;
    }
}
