using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Tracking;

/// <summary>
/// Joins the detections of successive frames to tracks: pairs of a track's expected box and a detection of its label, greedily
/// by descending intersection over union (as SORT does with an assignment: Bewley et al., ICIP 2016; with few objects
/// the greedy choice is the same). All limits use the monotonic time of the frames. Not thread-safe; allocates nothing per frame.
/// </summary>
public sealed class IouTracker
{
    private readonly TrackerOptions _options;
    private readonly int _historyLength;
    private readonly Track[] _tracks;
    private readonly bool[] _matched;
    private readonly BoundingBox[] _expected;
    private ulong[] _pairs = new ulong[256];
    private bool[] _taken = new bool[64];
    private readonly FrameIntervals _intervals = new();
    private TimeSpan? _now;
    private long _lastId;

    /// <param name="options">Limits; they must have been validated.</param>
    /// <param name="historyLength">Number of frames over which a track's median score is taken.</param>
    public IouTracker(TrackerOptions options, int historyLength)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(historyLength, 1);
        _options = options;
        _historyLength = historyLength;
        _tracks = new Track[options.MaxTracks];
        for (int i = 0; i < _tracks.Length; i++)
            _tracks[i] = new Track();
        _matched = new bool[_tracks.Length];
        _expected = new BoundingBox[_tracks.Length];
    }

    /// <summary>Number of tracks.</summary>
    public int Count { get; private set; }

    /// <summary>Time without a frame after which frames are overdue, from the camera's own rate; null before the second frame.</summary>
    public TimeSpan? Silence => _intervals.IsKnown ? _intervals.Silence : null;

    /// <summary>The tracks, oldest first. Valid until the next change.</summary>
    public ReadOnlySpan<Track> Tracks => _tracks.AsSpan(0, Count);

    /// <summary>Joins one frame's detections to the tracks, begins new tracks and drops those unseen for too long.</summary>
    /// <param name="time">When the frame was captured.</param>
    /// <param name="detections">The frame's detections.</param>
    public void Update(in FrameTime time, ReadOnlySpan<Detection> detections)
    {
        AdvanceClock(time.Monotonic);
        _intervals.Add(time.Monotonic);
        if (_taken.Length < detections.Length)
            _taken = new bool[Math.Max(detections.Length, 2 * _taken.Length)];
        Array.Clear(_taken);
        Array.Clear(_matched);

        Span<ulong> pairs = CollectPairs(detections);
        pairs.Sort();
        foreach (ulong pair in pairs)
        {
            (int track, int detection) = ((int)(pair >> 16) & 0xFFFF, (int)pair & 0xFFFF);
            if (_matched[track] || _taken[detection])
                continue;
            (_matched[track], _taken[detection]) = (true, true);
            _tracks[track].Continue(detections[detection], time, _options.VelocityGain);
        }

        for (int i = 0; i < Count; i++)
        {
            if (!_matched[i])
                _tracks[i].RecordMiss();
        }

        DropUnseen();
        for (int i = 0; i < Math.Min(detections.Length, MaxDetections); i++)
        {
            if (!_taken[i])
                Begin(detections[i], time);
        }
    }

    /// <summary>Advances the time without a frame, and drops tracks unseen for too long.</summary>
    /// <param name="now">The monotonic time; one before the last frame's is ignored.</param>
    public void Advance(TimeSpan now)
    {
        if (now <= _now)
            return;
        AdvanceClock(now);
        DropUnseen();
    }

    /// <summary>
    /// Ends a hold. A track that the last frame did not show is dropped. A track that it did show restarts, as if first seen in that frame.
    /// </summary>
    public void Release(Track track)
    {
        ArgumentNullException.ThrowIfNull(track);
        track.IsHeld = false;
        if (track.IsSeen)
            track.Restart();
        else if (Tracks.IndexOf(track) is >= 0 and int index)
            Drop(index);
    }

    /// <summary>Drops all tracks.</summary>
    public void Clear()
    {
        Count = 0;
        _now = null;
        _intervals.Break();
    }

    /// <summary>Frames in a row that must miss a track before it is dropped.</summary>
    private const int MinMissedFrames = 2;

    // Indices are packed into 16 bits; no frame has more detections than this, and no tracker more tracks.
    private const int MaxDetections = 0xFFFF;

    private void AdvanceClock(TimeSpan time)
    {
        TimeSpan last = _now ?? time;
        if (time <= last)
        {
            _now = last;
            return;
        }

        _now = time;
        for (int i = 0; i < Count; i++)
            _tracks[i].Unseen += time - last;
    }

    private Span<ulong> CollectPairs(ReadOnlySpan<Detection> detections)
    {
        int count = 0;
        for (int i = 0; i < Count; i++)
        {
            Track track = _tracks[i];
            TimeSpan horizon = track.Unseen < _options.MaxPrediction ? track.Unseen : _options.MaxPrediction;
            _expected[i] = track.Predict(horizon);
            for (int j = 0; j < Math.Min(detections.Length, MaxDetections); j++)
            {
                if (detections[j].Label != track.Label)
                    continue;

                // An object that has stopped is at its last box, an object that keeps moving at its expected box.
                float iou = MathF.Max(
                    _expected[i].IntersectionOverUnion(detections[j].Box),
                    track.Box.IntersectionOverUnion(detections[j].Box)
                );
                if (!(iou >= _options.MatchIou))
                    continue;
                if (count == _pairs.Length)
                    Array.Resize(ref _pairs, 2 * count);

                // Ascending keys are descending overlaps; equal ones go to the older track, then to the better detection.
                _pairs[count++] = ((ulong)~BitConverter.SingleToUInt32Bits(iou) << 32) | ((ulong)(uint)i << 16) | (uint)j;
            }
        }

        return _pairs.AsSpan(0, count);
    }

    private void Begin(in Detection detection, in FrameTime time)
    {
        if (Count == _tracks.Length && !MakeRoom())
            return;
        _tracks[Count++].Begin(++_lastId, detection, time, _historyLength);
    }

    private bool MakeRoom()
    {
        int longest = -1;
        for (int i = 0; i < Count; i++)
        {
            Track track = _tracks[i];
            if (!track.IsHeld && !track.IsSeen && (longest < 0 || track.Unseen > _tracks[longest].Unseen))
                longest = i;
        }

        if (longest < 0)
            return false;
        Drop(longest);
        return true;
    }

    private void DropUnseen()
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            Track track = _tracks[i];
            if (!track.IsHeld && !track.IsSeen && IsLost(track))
                Drop(i);
        }
    }

    // The limit in seconds alone does not suffice when frames are rare: a track is lost only after two frames that missed it, or when
    // frames are overdue.
    private bool IsLost(Track track)
    {
        if (track.Unseen < _options.MaxMiss)
            return false;
        int misses = _options.MaxMiss > TimeSpan.Zero ? MinMissedFrames : 1;
        return track.MissedFrames >= misses || track.Unseen >= _intervals.Silence;
    }

    // The dropped track's object moves behind the others for reuse; the order of the others does not change.
    private void Drop(int index)
    {
        Track dropped = _tracks[index];
        Array.Copy(_tracks, index + 1, _tracks, index, Count - index - 1);
        _tracks[--Count] = dropped;
    }
}
