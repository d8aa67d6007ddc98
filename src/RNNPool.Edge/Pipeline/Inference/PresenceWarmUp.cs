using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>
/// Plays a presence to nobody, before the first frame: code is compiled when it first runs, and without this the first visitor after a start would
/// wait for it (a tenth of a second and more on a small machine).
/// </summary>
internal static class PresenceWarmUp
{
    /// <summary>Lets something of every label come, stay and go.</summary>
    /// <param name="options">The settings of the device.</param>
    /// <param name="labels">The model's labels.</param>
    /// <param name="timeProvider">Tells the time.</param>
    /// <returns>How many events that made; none of them leaves this method.</returns>
    public static int Run(PresenceOptions options, IReadOnlyList<string> labels, TimeProvider timeProvider)
    {
        var tracker = new PresenceTracker(options, "", labels);
        var occupancy = new OccupancyState(timeProvider, Options.Create(options));
        occupancy.Changed += static _ => { };
        var events = new List<PresenceEvent>();
        DateTimeOffset time = timeProvider.GetUtcNow();
        Detection[] detections = [.. labels.Select((_, label) => new Detection(label, 1, new BoundingBox(label * 100, 100, 200, 900)))];
        for (int i = 0; i < options.HistoryLength; i++)
            tracker.Update(new FrameMetadata(time += TimeSpan.FromMilliseconds(100), 1000, 1000), detections, events);
        tracker.EndAll(time, PresenceEndReason.Stopped, events);
        foreach (PresenceEvent presenceEvent in events)
            occupancy.Apply(EventMessage.From(presenceEvent));
        return events.Count;
    }
}
