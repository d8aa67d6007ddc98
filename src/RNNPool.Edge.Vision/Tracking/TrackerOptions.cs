using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Tracking;

/// <summary>How detections of successive frames are joined to tracks.</summary>
public sealed class TrackerOptions
{
#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Least overlap (intersection over union) of a detection with the expected box of a track.")]
    [SettingRange(0.01, 1)]
    public float MatchIou { get; set; } = 0.2f;

    [Setting("How long an unannounced track is kept without a detection.")]
    [SettingRange("00:00:00", "00:01:00")]
    public TimeSpan MaxMiss { get; set; } = TimeSpan.FromSeconds(1);

    [Setting("Longest extrapolation of the motion of a track.")]
    [SettingRange("00:00:00", "00:00:10")]
    public TimeSpan MaxPrediction { get; set; } = TimeSpan.FromSeconds(0.5);

    [Setting("Weight of the newest measurement of a track's speed: 0 for no motion model, 1 for no smoothing.")]
    [SettingRange(0, 1)]
    public float VelocityGain { get; set; } = 0.4f;

    [Setting(
        "Most tracks at a time. When all are in use, a new one replaces the oldest unannounced one without a recent detection.",
        Unit = "tracks"
    )]
    [SettingRange(1, 1024)]
    public int MaxTracks { get; set; } = 64;
}
