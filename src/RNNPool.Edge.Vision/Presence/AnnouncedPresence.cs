using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Tracking;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>The state of an announced presence.</summary>
internal sealed class AnnouncedPresence(Track track, string id, int zones)
{
    // Detectors misplace a box now and then, so that a single frame does not count as motion.
    private const int FramesOfMotion = 3;

    /// <summary>Factor by which a box must be higher to be a clearly better picture.</summary>
    private const float BetterHeight = 1.5f;

    /// <summary>The time in which the score of a new presence still rises.</summary>
    private static readonly TimeSpan BetterDelay = TimeSpan.FromSeconds(1);

    private readonly TimeSpan[] _outside = new TimeSpan[zones];
    private BoundingBox _rest = track.Box;
    private TimeSpan _still;
    private int _moved;
    private TimeSpan _sinceBetter = TimeSpan.FromDays(1);
    private float _reportedTopScore;
    private float _reportedHeight;

    public Track Track { get; } = track;

    public string Id { get; } = id;

    public BoundingBox Box { get; private set; } = track.Box;

    public float Score { get; private set; } = track.MedianScore;

    public float TopScore { get; private set; } = track.MedianScore;

    public FrameTime LastSeen { get; private set; }

    public TimeSpan Unseen { get; private set; }

    /// <summary>Frames since it was last seen.</summary>
    public int MissedFrames { get; private set; }

    /// <summary>The zones that contain it, as bits.</summary>
    public uint Zones { get; set; }

    /// <summary>Whether it has not moved for so long that it is part of the scene.</summary>
    public bool Stationary { get; private set; }

    public TimeSpan SinceReport { get; private set; }

    public BoundingBox ReportedBox { get; private set; }

    public float ReportedScore { get; private set; }

    public uint ReportedZones { get; private set; }

    public bool ReportedStationary { get; private set; }

    /// <summary>How long it has been outside of each zone.</summary>
    public Span<TimeSpan> Outside => _outside;

    /// <summary>
    /// The start time plus the monotonic time until it was last seen, because the wall clock may have been set since the start.
    /// </summary>
    public DateTimeOffset LastSeenLabel => Track.FirstSeen.Wall + LastSeen.Since(Track.FirstSeen);

    /// <summary>Records that a frame shows it.</summary>
    public void MarkSeen(in FrameTime time)
    {
        LastSeen = time;
        Unseen = TimeSpan.Zero;
        MissedFrames = 0;
    }

    /// <summary>Records the arrival of a frame, before <see cref="MarkSeen"/> if the frame shows it.</summary>
    public void BeginFrame() => MissedFrames++;

    public void Elapse(TimeSpan passed)
    {
        Unseen += passed;
        SinceReport += passed;
        _sinceBetter += passed;
        _still += passed;
        foreach (ref TimeSpan outside in _outside.AsSpan())
            outside += passed;
    }

    /// <summary>Copies box and score from the track.</summary>
    public void Follow()
    {
        Box = Track.Box;
        Score = Track.MedianScore;
        TopScore = MathF.Max(TopScore, Score);
    }

    /// <summary>Determines whether it moves, by the distance from its position at rest, so that a slow drift counts as well.</summary>
    /// <param name="after">How long it must be at rest to be stationary; zero for never.</param>
    /// <param name="jitter">How far an edge may be off without being motion, as a fraction of the box's longer side.</param>
    public void UpdateMotion(TimeSpan after, float jitter)
    {
        if (Shift(Box, _rest) <= jitter * MathF.Max(_rest.Width, _rest.Height))
        {
            _moved = 0;
        }
        else if (++_moved >= FramesOfMotion)
        {
            _rest = Box;
            _still = TimeSpan.Zero;
            _moved = 0;
            Stationary = false;
        }

        if (after > TimeSpan.Zero && _still >= after)
            Stationary = true;
    }

    /// <summary>Whether an update is due. Stores the time of one for a clearly better picture.</summary>
    public bool NeedsUpdate(PresenceOptions options)
    {
        if (Zones != ReportedZones || Stationary != ReportedStationary)
            return true;
        if (Stationary)
            return false;
        if (TryReportBetter(options.UpdateScore, options.UpdateInterval))
            return true;
        if (SinceReport < (options.MinUpdateInterval ?? options.UpdateInterval))
            return false;
        return SinceReport >= options.UpdateInterval
            || MathF.Abs(Score - ReportedScore) > options.UpdateScore
            || Shift(Box, ReportedBox) > options.UpdateMove * MathF.Max(ReportedBox.Width, ReportedBox.Height);
    }

    // Better than in all reports: with a higher score, or larger.
    private bool TryReportBetter(float score, TimeSpan interval)
    {
        bool isBetter =
            Score >= _reportedTopScore + score || (Box.Height >= _reportedHeight * BetterHeight && Score >= _reportedTopScore - score);
        if (!isBetter || SinceReport < BetterDelay || _sinceBetter < interval)
            return false;
        _sinceBetter = TimeSpan.Zero;
        return true;
    }

    /// <summary>Stores the state that an event has just reported.</summary>
    public void MarkReported()
    {
        SinceReport = TimeSpan.Zero;
        _reportedTopScore = TopScore;
        _reportedHeight = MathF.Max(_reportedHeight, Box.Height);
        ReportedBox = Box;
        ReportedScore = Score;
        ReportedZones = Zones;
        ReportedStationary = Stationary;
    }

    /// <summary>The longest distance that an edge has moved, in pixels.</summary>
    public static float Shift(in BoundingBox now, in BoundingBox then) =>
        MathF.Max(
            MathF.Max(MathF.Abs(now.X - then.X), MathF.Abs(now.Right - then.Right)),
            MathF.Max(MathF.Abs(now.Y - then.Y), MathF.Abs(now.Bottom - then.Bottom))
        );
}
