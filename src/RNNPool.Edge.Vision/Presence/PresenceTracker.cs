using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Tracking;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>
/// Turns the detections of one camera into presences: a track is announced when the median of its last scores reaches the enter threshold,
/// counts as seen while the median is at least the leave threshold, and ends when it was not seen for the off-delay. A presence that does
/// not move for long is reported as stationary once; further updates are then suppressed. All limits use the monotonic time of the frames.
/// Not thread-safe.
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
    private TimeSpan? _now;
    private int _width;
    private int _height;

    /// <param name="options">Thresholds, delays and zones; they must have been validated.</param>
    /// <param name="camera">Name of the camera, for events.</param>
    /// <param name="labels">Names of the labels.</param>
    public PresenceTracker(PresenceOptions options, string camera, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(labels);
        _options = options;
        _camera = camera;
        _labels = labels;
        EnterThreshold = options.EnterThreshold;
        _counts = [.. labels.Select(label => options.Labels.Length == 0 || options.Labels.Contains(label, StringComparer.Ordinal))];
        _zones = new ZoneSet(options.Zones, labels);
        _outside = new TimeSpan[_zones.Count];
        _tracker = new IouTracker(options.Tracker, options.HistoryLength);
    }

    /// <summary>
    /// The probability at which presences begin; it may be changed at any time. Over 0 and under 1; at first that of the options.
    /// </summary>
    public float EnterThreshold { get; set; }

    /// <summary>Number of announced presences of all labels, stationary ones included.</summary>
    public int Count => _announced.Count;

    // An enter threshold set below the leave threshold would begin presences that do not count as seen.
    private float LeaveThreshold => MathF.Min(_options.LeaveThreshold, EnterThreshold);

    /// <summary>Processes one frame's detections.</summary>
    /// <param name="frame">Time and size of the frame.</param>
    /// <param name="detections">Its detections.</param>
    /// <param name="events">Receives the events, after those that it already holds.</param>
    public void Update(in FrameMetadata frame, ReadOnlySpan<Detection> detections, IList<PresenceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        _width = frame.Width;
        _height = frame.Height;
        FrameTime time = frame.Time;
        Elapse(time.Monotonic);
        _tracker.Update(time, detections);
        foreach (AnnouncedPresence presence in _announced)
        {
            presence.BeginFrame();
            UpdatePresence(presence, time, events);
        }

        EndUnseen(time, events);
        foreach (Track track in _tracker.Tracks)
        {
            if (!track.IsHeld && track.IsSeen && track.MedianScore >= EnterThreshold)
                Begin(track, time, events);
        }
    }

    /// <summary>Advances the time without a frame, so that presences end although the camera has stopped.</summary>
    /// <param name="now">The time by the clocks of the frames. A monotonic time before the last frame's is ignored.</param>
    /// <param name="events">Receives the events, after those that it already holds.</param>
    public void Advance(in FrameTime now, IList<PresenceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (_now is null || now.Monotonic <= _now)
            return;
        Elapse(now.Monotonic);
        _tracker.Advance(now.Monotonic);
        EndUnseen(now, events);
    }

    /// <summary>Ends all presences and drops all tracks, because detection pauses, the settings change or the device stops.</summary>
    /// <param name="now">The time.</param>
    /// <param name="reason">Why they end.</param>
    /// <param name="events">Receives an end for every presence, after the events that it already holds.</param>
    public void EndAll(in FrameTime now, PresenceEndReason reason, IList<PresenceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        while (_announced.Count > 0)
            End(_announced.Count - 1, now, reason, events);
        _tracker.Clear();
        _now = null;
    }

    /// <summary>Adds the announced presences to a collection.</summary>
    public void CopyActive(ICollection<Presence> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        foreach (AnnouncedPresence p in _announced)
        {
            target.Add(
                new Presence(
                    p.Id,
                    _labels[p.Track.Label],
                    p.Score,
                    p.TopScore,
                    p.Box,
                    _width,
                    _height,
                    p.Track.FirstSeen.Wall,
                    p.LastSeenLabel
                )
                {
                    Zones = _zones.Names(p.Zones),
                    Stationary = p.Stationary,
                    FrameScore = p.MissedFrames == 0 ? p.Track.Score : 0,
                }
            );
        }
    }

    private void Elapse(TimeSpan time)
    {
        TimeSpan last = _now ?? time;
        _now = time > last ? time : last;
        if (time <= last)
            return;
        foreach (AnnouncedPresence presence in _announced)
            presence.Elapse(time - last);
    }

    private void UpdatePresence(AnnouncedPresence presence, in FrameTime time, IList<PresenceEvent> events)
    {
        Track track = presence.Track;
        if (!track.IsSeen || track.MedianScore < LeaveThreshold || !IsLargeEnough(track.Box, ZoneSet.SizeHysteresis))
            return;
        presence.Follow();

        // A box that fills the frame does not show motion, so that such a presence never becomes stationary.
        bool placed = !ZoneSet.IsWholeFrame(presence.Box, _width, _height);
        presence.UpdateMotion(placed ? _options.StationaryAfter : TimeSpan.Zero, _options.StationaryJitter);
        presence.Zones = _zones.Locate(presence.Zones, presence.Outside, track.Label, presence.Score, presence.Box, _width, _height);
        if (!_options.OnlyInZones || presence.Zones != 0)
            presence.MarkSeen(time);
        if (presence.NeedsUpdate(_options))
            Report(PresenceEventKind.Update, presence, time, events);
    }

    private bool IsLargeEnough(in BoundingBox box, float hysteresis) =>
        box.Height >= _options.MinHeight * _height * hysteresis && box.Height >= _options.MinHeightPixels * hysteresis;

    private void EndUnseen(in FrameTime now, IList<PresenceEvent> events)
    {
        for (int i = _announced.Count - 1; i >= 0; i--)
        {
            if (IsGone(_announced[i]))
                End(i, now, PresenceEndReason.Gone, events);
        }
    }

    // Without a frame that misses the presence, time counts only once frames are overdue: a camera may deliver less often than the
    // off-delay.
    private bool IsGone(AnnouncedPresence presence)
    {
        TimeSpan delay = OffDelay(presence);
        if (presence.MissedFrames > 0)
            return presence.Unseen >= delay;
        TimeSpan silence = _tracker.Silence ?? TimeSpan.Zero;
        return presence.Unseen > TimeSpan.Zero && presence.Unseen >= (delay > silence ? delay : silence);
    }

    // A few frames that miss a stationary presence are most likely wrong; each later detection would announce it again.
    private TimeSpan OffDelay(AnnouncedPresence presence) =>
        presence.Stationary && _options.StationaryOffDelay > _options.OffDelay ? _options.StationaryOffDelay : _options.OffDelay;

    private void Begin(Track track, in FrameTime time, IList<PresenceEvent> events)
    {
        if (!_counts[track.Label] || !IsLargeEnough(track.Box, 1))
            return;
        uint zones = _zones.Locate(0, _outside, track.Label, track.MedianScore, track.Box, _width, _height);
        if (_options.OnlyInZones && zones == 0)
            return;
        track.IsHeld = true;
        var presence = new AnnouncedPresence(track, Guid.CreateVersion7(time.Wall).ToString(), _zones.Count) { Zones = zones };
        presence.MarkSeen(time);
        _announced.Add(presence);
        Report(PresenceEventKind.New, presence, time, events);
    }

    private void End(int index, in FrameTime time, PresenceEndReason reason, IList<PresenceEvent> events)
    {
        AnnouncedPresence presence = _announced[index];
        _announced.RemoveAt(index);
        Report(PresenceEventKind.End, presence, time, events, reason);
        _tracker.Release(presence.Track);
    }

    private void Report(
        PresenceEventKind kind,
        AnnouncedPresence presence,
        in FrameTime time,
        IList<PresenceEvent> events,
        PresenceEndReason? reason = null
    )
    {
        presence.MarkReported();
        int label = presence.Track.Label,
            count = 0;
        foreach (AnnouncedPresence other in _announced)
        {
            if (other.Track.Label == label && !(_options.IgnoreStationary && other.Stationary))
                count++;
        }

        BoundingBox box = presence.Box;
        events.Add(
            new PresenceEvent
            {
                Type = kind,
                Id = presence.Id,
                Time = TimeLabel.ToMilliseconds(time.Wall),
                MonotonicTime = time.Monotonic,
                StartTime = TimeLabel.ToMilliseconds(presence.Track.FirstSeen.Wall),
                EndTime = kind == PresenceEventKind.End ? TimeLabel.ToMilliseconds(presence.LastSeenLabel) : null,
                Reason = reason,
                Camera = _camera,
                Label = _labels[label],
                Score = Math.Round(presence.Score, 4),
                TopScore = Math.Round(presence.TopScore, 4),
                Box = EventBox.FromPixels(box),
                BoxFraction = EventBox.FromFractions(box, _width, _height),
                Frame = new FrameSize(_width, _height),
                Zones = _zones.Names(presence.Zones),
                Stationary = presence.Stationary,
                Count = count,
            }
        );
    }
}
