using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Pictures;

/// <summary>The best frame of a presence so far. Not thread-safe.</summary>
internal sealed class PictureCandidate(string id, string camera, string label)
{
    /// <summary>
    /// Difference of scores below which two frames count as equally good, so that the larger box decides; and the factor by which it must
    /// be larger. Both bound the number of pictures that are encoded for one presence.
    /// </summary>
    private const float ScoreStep = 0.05f,
        AreaStep = 1.3f;

    private float _topScore;
    private float _bestScore;
    private float _bestArea;

    public string Id => id;

    public string Camera => camera;

    /// <summary>The frame that waits to be encoded; null when the newest picture is of the best frame.</summary>
    public PictureShot? Shot { get; private set; }

    /// <summary>What the best frame shows; null before the first one.</summary>
    public PictureFacts? Facts { get; private set; }

    /// <summary>Box of the presence in pixels of the best frame.</summary>
    public BoundingBox Box { get; private set; }

    /// <summary>The newest picture; null before the first one.</summary>
    public PresencePicture? Picture { get; set; }

    /// <summary>Timestamp of the monotonic clock when <see cref="Picture"/> was encoded.</summary>
    public long EncodedAt { get; set; }

    /// <summary>Whether a frame of it is being encoded.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether the presence has ended.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Whether a frame is a clearly better picture: with a higher score, or as good and larger.</summary>
    public bool IsBetter(in Presence presence)
    {
        float score = presence.FrameScore,
            area = VisibleArea(presence);
        if (score <= 0)
            return false;
        return _bestScore == 0 || score >= _bestScore + ScoreStep || (score >= _topScore - ScoreStep && area >= _bestArea * AreaStep);
    }

    /// <summary>Makes a frame the best one.</summary>
    public void Take(PictureShot shot, in Presence presence)
    {
        Shot?.Release();
        Shot = shot.Share();
        _bestScore = presence.FrameScore;
        _topScore = MathF.Max(_topScore, _bestScore);
        _bestArea = VisibleArea(presence);
        Box = presence.Box;
        Frame frame = shot.Frame;
        Facts = new PictureFacts
        {
            Id = id,
            Camera = camera,
            Label = label,
            Time = TimeLabel.ToMilliseconds(frame.Time.Wall),
            Score = Math.Round(presence.FrameScore, 4),
            BoxFraction = EventBox.FromFractions(presence.Box, frame.Width, frame.Height),
            Frame = new FrameSize(frame.Width, frame.Height),
            Blurred = shot.Blurred is not null,
        };
    }

    /// <summary>Removes the waiting frame, which then belongs to the caller.</summary>
    public PictureShot DetachShot()
    {
        PictureShot shot = Shot!;
        Shot = null;
        return shot;
    }

    /// <summary>Discards the waiting frame.</summary>
    public void Discard()
    {
        Shot?.Release();
        Shot = null;
    }

    // A box that the edge of the frame cuts shows less of the presence.
    private static float VisibleArea(in Presence presence) =>
        presence.Box.Intersection(new BoundingBox(0, 0, presence.FrameWidth, presence.FrameHeight));
}
