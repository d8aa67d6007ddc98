using RNNPool.Edge.Vision.Detection;
using RNNPool.Edge.Vision.Tracking;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>
/// Turns the detections of one camera into presences: a track is announced when the median of its last scores reaches one
/// threshold, counts as seen while the median is at least a lower one, and ends when it was not seen for the off-delay. All
/// times are those of the frames. Not thread-safe.
/// </summary>
/// <param name="options">Thresholds and delays; they must have been validated.</param>
/// <param name="camera">Name of the camera, for events.</param>
/// <param name="labels">Names of the labels.</param>
public sealed class PresenceTracker(PresenceOptions options, string camera, IReadOnlyList<string> labels)
{
    private readonly IouTracker _tracker = new(options.Tracker, options.HistoryLength);
    private readonly List<Announced> _announced = [];
    private DateTimeOffset? _now;
    private int _width;
    private int _height;

    /// <summary>The probability at which presences begin; it may be changed at any time. Over 0 and under 1; at first that of the options.</summary>
    public float EnterThreshold { get; set; } = options.EnterThreshold;

    /// <summary>How many presences there are, of all labels.</summary>
    public int Count => _announced.Count;

    /// <summary>Takes in one frame's detections.</summary>
    /// <param name="frame">Time and size of the frame.</param>
    /// <param name="detections">Its detections.</param>
    /// <param name="events">Gets what has happened, after what it already holds.</param>
    public void Update(in FrameMetadata frame, ReadOnlySpan<Detection.Detection> detections, IList<PresenceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        (_width, _height) = (frame.Width, frame.Height);
        Elapse(frame.Timestamp);
        _tracker.Update(frame.Timestamp, detections);
        foreach (Announced presence in _announced) See(presence, frame.Timestamp, events);
        EndUnseen(frame.Timestamp, events);
        foreach (Track track in _tracker.Tracks)
        {
            if (!track.IsHeld && track.IsSeen && track.MedianScore >= EnterThreshold) Begin(track, frame.Timestamp, events);
        }
    }

    /// <summary>Lets time pass without a frame, so that presences end although the camera has stopped.</summary>
    /// <param name="now">The time (UTC) by the clock of the frames; one before the last frame's is ignored.</param>
    /// <param name="events">Gets what has happened, after what it already holds.</param>
    public void Advance(DateTimeOffset now, IList<PresenceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (_now is null || now <= _now) return;
        Elapse(now);
        _tracker.Pass(now);
        EndUnseen(now, events);
    }

    /// <summary>Ends all presences and forgets all tracks: the camera has changed or the device stops.</summary>
    /// <param name="now">The time (UTC).</param>
    /// <param name="reason">Why they end.</param>
    /// <param name="events">Gets an end for every presence, after what it already holds.</param>
    public void EndAll(DateTimeOffset now, PresenceEndReason reason, IList<PresenceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        while (_announced.Count > 0) End(_announced.Count - 1, now, reason, events);
        _tracker.Clear();
        _now = null;
    }

    /// <summary>Adds what is there now to a collection.</summary>
    public void CopyActive(ICollection<Presence> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        foreach (Announced p in _announced)
            target.Add(new Presence(p.Id, labels[p.Track.Label], p.Score, p.TopScore, p.Box, _width, _height, p.Track.FirstSeen, p.LastSeen));
    }

    private void Elapse(DateTimeOffset time)
    {
        TimeSpan passed = _now is { } last && time > last ? time - last : TimeSpan.Zero;
        _now = time;
        foreach (Announced presence in _announced)
        {
            presence.Unseen += passed;
            presence.SinceReport += passed;
        }
    }

    // An enter threshold set below the leave threshold would begin presences that do not count as seen.
    private float LeaveThreshold => MathF.Min(options.LeaveThreshold, EnterThreshold);

    private void See(Announced presence, DateTimeOffset time, IList<PresenceEvent> events)
    {
        Track track = presence.Track;
        if (!track.IsSeen || track.MedianScore < LeaveThreshold) return;
        (presence.Unseen, presence.LastSeen, presence.Box, presence.Score) = (TimeSpan.Zero, time, track.Box, track.MedianScore);
        presence.TopScore = MathF.Max(presence.TopScore, track.MedianScore);
        presence.WasSeen = true;
        if (presence.SinceReport >= options.MinUpdateInterval && IsNews(presence)) Report(PresenceEventKind.Update, presence, time, events);
    }

    private bool IsNews(Announced presence)
    {
        if (presence.SinceReport >= options.UpdateInterval || MathF.Abs(presence.Score - presence.ReportedScore) > options.UpdateScore) return true;
        BoundingBox now = presence.Box, then = presence.ReportedBox;
        float moved = MathF.Max(
            MathF.Max(MathF.Abs(now.X - then.X), MathF.Abs(now.Right - then.Right)),
            MathF.Max(MathF.Abs(now.Y - then.Y), MathF.Abs(now.Bottom - then.Bottom)));
        return moved > options.UpdateMove * MathF.Max(then.Width, then.Height);
    }

    private void EndUnseen(DateTimeOffset now, IList<PresenceEvent> events)
    {
        for (int i = _announced.Count - 1; i >= 0; i--)
        {
            // WasSeen: with an off-delay of zero, what this very frame shows must not end.
            if (!_announced[i].WasSeen && _announced[i].Unseen >= options.OffDelay) End(i, now, PresenceEndReason.Gone, events);
        }

        foreach (Announced presence in _announced) presence.WasSeen = false;
    }

    private void Begin(Track track, DateTimeOffset time, IList<PresenceEvent> events)
    {
        track.IsHeld = true;
        var presence = new Announced(track, Guid.CreateVersion7(time).ToString())
        {
            Box = track.Box, Score = track.MedianScore, TopScore = track.MedianScore, LastSeen = time,
        };
        _announced.Add(presence);
        Report(PresenceEventKind.New, presence, time, events);
    }

    private void End(int index, DateTimeOffset time, PresenceEndReason reason, IList<PresenceEvent> events)
    {
        Announced presence = _announced[index];
        _announced.RemoveAt(index);
        Report(PresenceEventKind.End, presence, time, events, reason);
        _tracker.Release(presence.Track);
    }

    private void Report(PresenceEventKind kind, Announced presence, DateTimeOffset time, IList<PresenceEvent> events, PresenceEndReason? reason = null)
    {
        (presence.SinceReport, presence.ReportedBox, presence.ReportedScore) = (TimeSpan.Zero, presence.Box, presence.Score);
        int label = presence.Track.Label, count = 0;
        foreach (Announced other in _announced)
        {
            if (other.Track.Label == label) count++;
        }

        DateTimeOffset? end = kind == PresenceEventKind.End ? presence.LastSeen : null;
        events.Add(new PresenceEvent(kind, presence.Id, time, presence.Track.FirstSeen, end, camera, labels[label],
            presence.Score, presence.TopScore, presence.Box, _width, _height, count) { EndReason = reason });
    }

    private sealed class Announced(Track track, string id)
    {
        public Track Track { get; } = track;

        public string Id { get; } = id;

        public BoundingBox Box { get; set; }

        public float Score { get; set; }

        public float TopScore { get; set; }

        public DateTimeOffset LastSeen { get; set; }

        public TimeSpan Unseen { get; set; }

        public bool WasSeen { get; set; }

        public TimeSpan SinceReport { get; set; }

        public BoundingBox ReportedBox { get; set; }

        public float ReportedScore { get; set; }
    }
}
