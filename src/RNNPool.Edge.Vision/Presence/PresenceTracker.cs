using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Tracking;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>
/// Turns the detections of one camera into presences: a track is announced when the median of its last scores reaches one
/// threshold, counts as seen while the median is at least a lower one, and ends when it was not seen for the off-delay. What does not
/// move for long is announced as stationary, once, and is silent from then on. All times are those of the frames. Not thread-safe.
/// </summary>
public sealed class PresenceTracker
{
    private readonly PresenceOptions _options;
    private readonly string _camera;
    private readonly IReadOnlyList<string> _labels;
    private readonly bool[] _counts;
    private readonly ZoneSet _zones;
    private readonly TimeSpan[] _outside;
    private readonly IouTracker _tracker;
    private readonly List<AnnouncedPresence> _announced = [];
    private DateTimeOffset? _now;
    private int _width;
    private int _height;

    /// <param name="options">Thresholds, delays and zones; they must have been validated.</param>
    /// <param name="camera">Name of the camera, for events.</param>
    /// <param name="labels">Names of the labels.</param>
    public PresenceTracker(PresenceOptions options, string camera, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(labels);
        (_options, _camera, _labels, EnterThreshold) = (options, camera, labels, options.EnterThreshold);
        _counts = [.. labels.Select(label => options.Labels.Length == 0 || options.Labels.Contains(label, StringComparer.Ordinal))];
        _zones = new ZoneSet(options.Zones, labels);
        _outside = new TimeSpan[_zones.Count];
        _tracker = new IouTracker(options.Tracker, options.HistoryLength);
    }

    /// <summary>The probability at which presences begin; it may be changed at any time. Over 0 and under 1; at first that of the options.</summary>
    public float EnterThreshold { get; set; }

    /// <summary>How many presences there are, of all labels, stationary ones included.</summary>
    public int Count => _announced.Count;

    // An enter threshold set below the leave threshold would begin presences that do not count as seen.
    private float LeaveThreshold => MathF.Min(_options.LeaveThreshold, EnterThreshold);

    /// <summary>Takes in one frame's detections.</summary>
    /// <param name="frame">Time and size of the frame.</param>
    /// <param name="detections">Its detections.</param>
    /// <param name="events">Gets what has happened, after what it already holds.</param>
    public void Update(in FrameMetadata frame, ReadOnlySpan<Detection> detections, IList<PresenceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        (_width, _height) = (frame.Width, frame.Height);
        Elapse(frame.Timestamp);
        _tracker.Update(frame.Timestamp, detections);
        foreach (AnnouncedPresence presence in _announced)
            See(presence, frame.Timestamp, events);
        EndUnseen(frame.Timestamp, events);
        foreach (Track track in _tracker.Tracks)
        {
            if (!track.IsHeld && track.IsSeen && track.MedianScore >= EnterThreshold)
                Begin(track, frame.Timestamp, events);
        }
    }

    /// <summary>Lets time pass without a frame, so that presences end although the camera has stopped.</summary>
    /// <param name="now">The time (UTC) by the clock of the frames; one before the last frame's is ignored.</param>
    /// <param name="events">Gets what has happened, after what it already holds.</param>
    public void Advance(DateTimeOffset now, IList<PresenceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (_now is null || now <= _now)
            return;
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
        while (_announced.Count > 0)
            End(_announced.Count - 1, now, reason, events);
        _tracker.Clear();
        _now = null;
    }

    /// <summary>Adds what is there now to a collection.</summary>
    public void CopyActive(ICollection<Presence> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        foreach (AnnouncedPresence p in _announced)
        {
            target.Add(
                new Presence(p.Id, _labels[p.Track.Label], p.Score, p.TopScore, p.Box, _width, _height, p.Track.FirstSeen, p.LastSeen)
                {
                    Zones = _zones.Names(p.Zones),
                    Stationary = p.Stationary,
                }
            );
        }
    }

    private void Elapse(DateTimeOffset time)
    {
        TimeSpan passed = _now is { } last && time > last ? time - last : TimeSpan.Zero;
        _now = time;
        foreach (AnnouncedPresence presence in _announced)
            presence.Elapse(passed);
    }

    private void See(AnnouncedPresence presence, DateTimeOffset time, IList<PresenceEvent> events)
    {
        Track track = presence.Track;
        if (!track.IsSeen || track.MedianScore < LeaveThreshold || !IsLargeEnough(track.Box, ZoneSet.SizeHysteresis))
            return;
        presence.Follow();

        // Without a place there is no motion to see: what fills the whole frame is never at rest.
        bool placed = !ZoneSet.IsWholeFrame(presence.Box, _width, _height);
        presence.JudgeMotion(placed ? _options.StationaryAfter : TimeSpan.Zero, _options.StationaryJitter);
        presence.Zones = _zones.Locate(presence.Zones, presence.Outside, track.Label, presence.Score, presence.Box, _width, _height);
        if (!_options.OnlyInZones || presence.Zones != 0)
            (presence.Unseen, presence.LastSeen, presence.WasSeen) = (TimeSpan.Zero, time, true);
        if (IsNews(presence))
            Report(PresenceEventKind.Update, presence, time, events);
    }

    private bool IsLargeEnough(in BoundingBox box, float hysteresis) =>
        box.Height >= _options.MinHeight * _height * hysteresis && box.Height >= _options.MinHeightPixels * hysteresis;

    private bool IsNews(AnnouncedPresence presence)
    {
        if (presence.Zones != presence.ReportedZones || presence.Stationary != presence.ReportedStationary)
            return true;
        if (presence.Stationary || presence.SinceReport < _options.MinUpdateInterval)
            return false;
        if (presence.SinceReport >= _options.UpdateInterval || MathF.Abs(presence.Score - presence.ReportedScore) > _options.UpdateScore)
            return true;
        BoundingBox then = presence.ReportedBox;
        return AnnouncedPresence.Shift(presence.Box, then) > _options.UpdateMove * MathF.Max(then.Width, then.Height);
    }

    private void EndUnseen(DateTimeOffset now, IList<PresenceEvent> events)
    {
        for (int i = _announced.Count - 1; i >= 0; i--)
        {
            // WasSeen: with an off-delay of zero, what this very frame shows must not end.
            if (!_announced[i].WasSeen && _announced[i].Unseen >= OffDelay(_announced[i]))
                End(i, now, PresenceEndReason.Gone, events);
        }

        foreach (AnnouncedPresence presence in _announced)
            presence.WasSeen = false;
    }

    // What never moved has hardly gone when a few frames miss it; it would be announced again with each one that does not.
    private TimeSpan OffDelay(AnnouncedPresence presence) =>
        presence.Stationary && _options.StationaryOffDelay > _options.OffDelay ? _options.StationaryOffDelay : _options.OffDelay;

    private void Begin(Track track, DateTimeOffset time, IList<PresenceEvent> events)
    {
        if (!_counts[track.Label] || !IsLargeEnough(track.Box, 1))
            return;
        uint zones = _zones.Locate(0, _outside, track.Label, track.MedianScore, track.Box, _width, _height);
        if (_options.OnlyInZones && zones == 0)
            return;
        track.IsHeld = true;
        var presence = new AnnouncedPresence(track, Guid.CreateVersion7(time).ToString(), _zones.Count) { LastSeen = time, Zones = zones };
        _announced.Add(presence);
        Report(PresenceEventKind.New, presence, time, events);
    }

    private void End(int index, DateTimeOffset time, PresenceEndReason reason, IList<PresenceEvent> events)
    {
        AnnouncedPresence presence = _announced[index];
        _announced.RemoveAt(index);
        Report(PresenceEventKind.End, presence, time, events, reason);
        _tracker.Release(presence.Track);
    }

    private void Report(
        PresenceEventKind kind,
        AnnouncedPresence presence,
        DateTimeOffset time,
        IList<PresenceEvent> events,
        PresenceEndReason? reason = null
    )
    {
        presence.Reported();
        int label = presence.Track.Label,
            count = 0;
        foreach (AnnouncedPresence other in _announced)
        {
            if (other.Track.Label == label && !(_options.IgnoreStationary && other.Stationary))
                count++;
        }

        DateTimeOffset? end = kind == PresenceEventKind.End ? presence.LastSeen : null;
        events.Add(
            new PresenceEvent(
                kind,
                presence.Id,
                time,
                presence.Track.FirstSeen,
                end,
                _camera,
                _labels[label],
                presence.Score,
                presence.TopScore,
                presence.Box,
                _width,
                _height,
                count
            )
            {
                EndReason = reason,
                Zones = _zones.Names(presence.Zones),
                Stationary = presence.Stationary,
            }
        );
    }
}
