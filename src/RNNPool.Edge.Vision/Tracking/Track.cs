using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Tracking;

/// <summary>One object followed over frames. Tracks are recycled: a track may be used until the tracker's next change.</summary>
public sealed class Track
{
    private float[] _scores = [];
    private float[] _sorted = [];
    private int _next;
    private float _velocityX;
    private float _velocityY;

    /// <summary>Number of the track, counted up from 1.</summary>
    public long Id { get; private set; }

    /// <summary>Index into the model's labels.</summary>
    public int Label { get; private set; }

    /// <summary>The last detected box, in pixels of the frame.</summary>
    public BoundingBox Box { get; private set; }

    /// <summary>Score of the last detection, 0 to 1.</summary>
    public float Score { get; private set; }

    /// <summary>Time of the first detection.</summary>
    public FrameTime FirstSeen { get; private set; }

    /// <summary>Time of the last detection.</summary>
    public FrameTime LastSeen { get; private set; }

    /// <summary>Time without a detection; zero when the last frame had one.</summary>
    public TimeSpan Unseen { get; internal set; }

    /// <summary>Consecutive frames, up to the last one, that had no detection of it.</summary>
    public int MissedFrames { get; private set; }

    /// <summary>Number of frames with a detection of it.</summary>
    public int Hits { get; private set; }

    /// <summary>Whether the last frame had a detection of it.</summary>
    public bool IsSeen => Unseen == TimeSpan.Zero && MissedFrames == 0;

    /// <summary>Median of its scores in the last frames. Frames before its first detection and frames without one count as 0.</summary>
    public float MedianScore { get; private set; }

    /// <summary>Whether an announced presence uses it, so that it is never dropped for being unseen.</summary>
    public bool IsHeld { get; set; }

    internal void Begin(long id, in Detection detection, in FrameTime time, int historyLength)
    {
        if (_scores.Length != historyLength)
        {
            _scores = new float[historyLength];
            _sorted = new float[historyLength];
        }

        Array.Clear(_scores);
        Id = id;
        Label = detection.Label;
        FirstSeen = time;
        Hits = 0;
        IsHeld = false;
        _next = 0;
        _velocityX = 0;
        _velocityY = 0;
        Observe(detection, time);
    }

    /// <summary>The expected box after <paramref name="horizon"/> without a detection, at constant velocity.</summary>
    internal BoundingBox Predict(TimeSpan horizon)
    {
        float seconds = (float)horizon.TotalSeconds;
        return Box with { X = Box.X + (_velocityX * seconds), Y = Box.Y + (_velocityY * seconds) };
    }

    internal void Continue(in Detection detection, in FrameTime time, float velocityGain)
    {
        float seconds = (float)Unseen.TotalSeconds;
        if (seconds > 0.001f)
        {
            float x = detection.Box.X + (detection.Box.Width / 2) - Box.X - (Box.Width / 2);
            float y = detection.Box.Y + (detection.Box.Height / 2) - Box.Y - (Box.Height / 2);
            _velocityX += velocityGain * ((x / seconds) - _velocityX);
            _velocityY += velocityGain * ((y / seconds) - _velocityY);
        }

        Observe(detection, time);
    }

    internal void Restart()
    {
        FirstSeen = LastSeen;
        Hits = 1;
    }

    internal void RecordMiss()
    {
        MissedFrames++;
        Push(0);
    }

    private void Observe(in Detection detection, in FrameTime time)
    {
        (Box, Score) = (detection.Box, detection.Score);
        LastSeen = time;
        Unseen = TimeSpan.Zero;
        MissedFrames = 0;
        Hits++;
        Push(detection.Score);
    }

    private void Push(float score)
    {
        _scores[_next] = score;
        _next = (_next + 1) % _scores.Length;
        _scores.CopyTo(_sorted, 0);
        Array.Sort(_sorted);
        MedianScore = _sorted[_sorted.Length / 2];
    }
}
