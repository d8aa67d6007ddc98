namespace RNNPool.Edge.Vision.Tracking;

/// <summary>How detections of successive frames are joined to tracks.</summary>
public sealed class TrackerOptions
{
    /// <summary>Least intersection over union between a detection and a track's expected box. 0.01 to 1; default 0.2.</summary>
    public float MatchIou { get; set; } = 0.2f;

    /// <summary>How long an unannounced track is kept without a detection. 0 to 60 s; default 1 s.</summary>
    public TimeSpan MaxMiss { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How far ahead a track's motion is extrapolated at most; longer gaps keep the box where it then is. 0 to 10 s; default 0.5 s.</summary>
    public TimeSpan MaxPrediction { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Weight of the newest measurement of a track's speed. 0 (no motion model) to 1 (no smoothing); default 0.4.</summary>
    public float VelocityGain { get; set; } = 0.4f;

    /// <summary>Most tracks at a time; when all are taken, the oldest unannounced one without a recent detection gives way. 1 to 1024; default 64.</summary>
    public int MaxTracks { get; set; } = 64;
}
