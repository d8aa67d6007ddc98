using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The settings that every camera has.</summary>
[SettingNeeds(nameof(Controls), nameof(Source), Pattern = "^(?:" + CameraWords.VideoPattern + ")")]
public abstract class CaptureOptions
{
    /// <summary>Kinds of sources, the part of a pattern after <c>^(?:</c>.</summary>
    protected const string KindsPattern =
        CameraWords.Pattern
        + "|[vV]4[lL]2:|[rR][pP][iI][cC][aA][mM]:|[fF][fF][mM][pP][eE][gG]:."
        + "|[iI][mM][aA][gG][eE][sS]:.|[sS][yY][nN][tT][hH][eE][tT][iI][cC]:)";

    /// <summary>The source of the frames.</summary>
    public abstract string? Source { get; set; }

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting(
        "Clockwise rotation of the picture, for a camera that is mounted sideways or upside down. "
            + "Zones, masks, boxes and snapshots are in the coordinates of the rotated, mirrored and cropped picture.",
        Unit = "degrees",
        Allowed = "0, 90, 180 or 270"
    )]
    [SettingRange(0, 270)]
    public int Rotation { get; set; }

    [Setting("Whether left and right are exchanged, after the rotation.")]
    public bool Mirror { get; set; }

    [Setting(
        "Part of the rotated and mirrored picture that the device uses: x, y, width and height as shares, such as `0.25 0.1 0.5 0.5`. "
            + "The part becomes the picture of the detector, so that small faces in it get more pixels.",
        Default = "the whole picture",
        Allowed = "four numbers from 0 to 1, within the picture, width and height at least 0.05"
    )]
    [SettingPattern(CropArea.Pattern, "an area such as 0.25 0.1 0.5 0.5", Partial = true)]
    public string? Crop { get; set; }

    [Setting("Frames per second that are taken from a live camera. A rate in the source has priority.", Unit = "frames per second")]
    [SettingRange(0.1, 240)]
    public double Rate { get; set; } = 10;

    [Setting(
        "Frames per second while nothing moves and nothing is present (with the motion gate or a motion sensor), "
            + "or while detection is off; at most Rate.",
        Unit = "frames per second"
    )]
    [SettingRange(0.1, 240)]
    public double IdleRate { get; set; } = 5;

    [Setting(
        "Silence after which a camera that has delivered frames counts as lost and is reopened.",
        Allowed = "0.5 s to 5 min, at least two periods of Rate and IdleRate"
    )]
    [SettingRange("00:00:00.5", "00:05:00")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(3);

    [Setting("Longest time from the opening of a camera to its first frame.")]
    [SettingRange("00:00:01", "00:05:00")]
    public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromSeconds(15);

    [Setting(
        "How long the picture of a live camera must be too dark, without contrast, out of focus or frozen until the health is degraded; "
            + "0 for never."
    )]
    [SettingRange("00:00:00", "1.00:00:00")]
    public TimeSpan PictureFaultAfter { get; set; } = TimeSpan.FromMinutes(5);

    [Setting("Delay before a lost camera is reopened; it doubles with every failure, until a camera has delivered for 10 s.")]
    [SettingRange("00:00:00.1", "00:01:00")]
    public TimeSpan ReopenDelay { get; set; } = TimeSpan.FromSeconds(0.5);

    [Setting("Longest delay before a camera is reopened.", Allowed = "ReopenDelay to 1 h")]
    [SettingRange("00:00:00.1", "01:00:00")]
    public TimeSpan MaxReopenDelay { get; set; } = TimeSpan.FromSeconds(30);

    [Setting(
        "Controls of a `v4l2:` camera, such as `auto_exposure`; `rnnpool-edge cameras` lists them.",
        Allowed = "a number, true, false or the name of a choice",
        NumberAllowed = true
    )]
    public Dictionary<string, string> Controls { get; set; } = [];
#pragma warning restore CS1591

    /// <summary>The part of the picture that <see cref="Crop"/> describes.</summary>
    internal CropArea ParseCrop() => CropArea.TryParse(Crop, out CropArea area) ? area : CropArea.Whole;

    /// <summary>Creates the transformation of frames that the settings describe.</summary>
    internal FrameTransform CreateTransform(FramePool pool) => new(Rotation, Mirror, ParseCrop(), pool);
}
