using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Tracking;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>What the tracker of presences knows of one that it has announced.</summary>
internal sealed class AnnouncedPresence(Track track, string id, int zones)
{
    // One odd box does not make something move; detectors slip now and then.
    private const int FramesOfMotion = 3;

    private readonly TimeSpan[] _outside = new TimeSpan[zones];
    private BoundingBox _rest = track.Box;
    private TimeSpan _still;
    private int _moved;

    public Track Track { get; } = track;

    public string Id { get; } = id;

    public BoundingBox Box { get; private set; } = track.Box;

    public float Score { get; private set; } = track.MedianScore;

    public float TopScore { get; private set; } = track.MedianScore;

    public DateTimeOffset LastSeen { get; set; }

    public TimeSpan Unseen { get; set; }

    public bool WasSeen { get; set; }

    /// <summary>The zones that it is in, as bits.</summary>
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

    public void Elapse(TimeSpan passed)
    {
        Unseen += passed;
        SinceReport += passed;
        _still += passed;
        foreach (ref TimeSpan outside in _outside.AsSpan())
            outside += passed;
    }

    /// <summary>Takes over what the track shows.</summary>
    public void Follow() => (Box, Score, TopScore) = (Track.Box, Track.MedianScore, MathF.Max(TopScore, Track.MedianScore));

    /// <summary>Judges whether it moves: against where it came to rest, so that a slow drift counts as well.</summary>
    /// <param name="after">How long it must be at rest to be stationary; zero for never.</param>
    /// <param name="jitter">How far an edge may be off without being motion, as a fraction of the box's longer side.</param>
    public void JudgeMotion(TimeSpan after, float jitter)
    {
        if (Shift(Box, _rest) <= jitter * MathF.Max(_rest.Width, _rest.Height))
        {
            _moved = 0;
        }
        else if (++_moved >= FramesOfMotion)
        {
            (_rest, _still, _moved, Stationary) = (Box, TimeSpan.Zero, 0, false);
        }

        if (after > TimeSpan.Zero && _still >= after)
            Stationary = true;
    }

    public void Reported() =>
        (SinceReport, ReportedBox, ReportedScore, ReportedZones, ReportedStationary) = (TimeSpan.Zero, Box, Score, Zones, Stationary);

    /// <summary>The longest way that an edge has moved, in pixels.</summary>
    public static float Shift(in BoundingBox now, in BoundingBox then) =>
        MathF.Max(
            MathF.Max(MathF.Abs(now.X - then.X), MathF.Abs(now.Right - then.Right)),
            MathF.Max(MathF.Abs(now.Y - then.Y), MathF.Abs(now.Bottom - then.Bottom))
        );
}
