using RNNPool.Edge.Vision.Configuration;
using RNNPool.Edge.Vision.Tracking;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>The conditions under which a presence begins, is updated and ends. Section <c>Presence</c>.</summary>
[SettingNeeds(nameof(OnlyInZones), nameof(Zones))]
public sealed class PresenceOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Presence";

    /// <summary>Most zones of a camera.</summary>
    public const int MaxZones = ZoneSet.Max;

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Median of a track's last scores from which a presence begins.", Allowed = "over 0 and under 1", Live = true)]
    [SettingRange(0.0001, 0.9999)]
    public float EnterThreshold { get; set; } = 0.6f;

    [Setting("Median score from which a presence counts as seen.", Allowed = "over 0, at most EnterThreshold", Live = true)]
    [SettingRange(0.0001, 0.9999)]
    public float LeaveThreshold { get; set; } = 0.4f;

    [Setting(
        "Frames over which the median is taken. A frame that is missing, or in which the object was not detected, counts as 0.",
        Unit = "frames",
        Live = true
    )]
    [SettingRange(1, 99)]
    [SettingOdd]
    public int HistoryLength { get; set; } = 3;

    [Setting("How long a presence is kept after it was last seen.", Live = true)]
    [SettingRange("00:00:00", "01:00:00")]
    public TimeSpan OffDelay { get; set; } = TimeSpan.FromSeconds(3);

    [Setting("Longest time between two updates while a presence is seen.", Live = true)]
    [SettingRange("00:00:00.1", "1.00:00:00")]
    public TimeSpan UpdateInterval { get; set; } = TimeSpan.FromSeconds(10);

    [Setting(
        "Least time between two updates of a presence; a shorter one, such as `00:00:00.5`, also reports each movement.",
        Default = "UpdateInterval",
        Allowed = "0 s to UpdateInterval",
        Live = true
    )]
    [SettingRange("00:00:00", "1.00:00:00")]
    public TimeSpan? MinUpdateInterval { get; set; }

    [Setting("Movement of an edge of the box that raises an update, as a fraction of the box's longer side.", Live = true)]
    [SettingRange(0.01, 10)]
    public float UpdateMove { get; set; } = 0.25f;

    [Setting("Change of the median score that raises an update.", Live = true)]
    [SettingRange(0.01, 1)]
    public float UpdateScore { get; set; } = 0.1f;

    [Setting("Labels that are announced.", Default = "none: every label of the model", Live = true)]
    [SettingCount(64)]
    [SettingText(1, 64)]
    public string[] Labels { get; set; } = [];

    [Setting(
        "Least height of a box that begins a presence, as a fraction of the frame's height. It counts as seen down to 0.8 times that.",
        Live = true
    )]
    [SettingRange(0, 1)]
    public float MinHeight { get; set; }

    [Setting("The same as MinHeight in pixels of the frame; both apply.", Unit = "pixels", Live = true)]
    [SettingRange(0, 10000)]
    public int MinHeightPixels { get; set; }

    [Setting("Named parts of the picture.", Live = true)]
    [SettingCount(ZoneSet.Max)]
    public List<ZoneOptions> Zones { get; set; } = [];

    [Setting("Whether only objects in a zone are announced and count as seen.", Live = true)]
    public bool OnlyInZones { get; set; }

    [Setting(
        "Time without movement after which a presence is stationary, that is, part of the scene.",
        Allowed = "0 s (never), or 10 s to 7 days",
        Live = true
    )]
    [SettingRange("00:00:00", "7.00:00:00")]
    public TimeSpan StationaryAfter { get; set; } = TimeSpan.FromMinutes(10);

    [Setting("Movement of an edge of the box that does not count as movement, as a fraction of the box's longer side.", Live = true)]
    [SettingRange(0.01, 1)]
    public float StationaryJitter { get; set; } = 0.15f;

    [Setting(
        "How long a stationary presence is kept after it was last seen, so that flicker raises no events. "
            + "OffDelay applies if it is longer.",
        Live = true
    )]
    [SettingRange("00:00:00", "7.00:00:00")]
    public TimeSpan StationaryOffDelay { get; set; } = TimeSpan.FromHours(1);

    [Setting("Whether stationary presences do not count in occupancy and numbers.", Live = true)]
    public bool IgnoreStationary { get; set; } = true;

    [Setting("How detections are joined to tracks.", Live = true)]
    public TrackerOptions Tracker { get; set; } = new();
#pragma warning restore CS1591

    /// <summary>The same settings for a camera with zones and a threshold of its own.</summary>
    public PresenceOptions With(List<ZoneOptions> zones, bool onlyInZones, float enterThreshold)
    {
        var copy = (PresenceOptions)MemberwiseClone();
        copy.Zones = zones;
        copy.OnlyInZones = onlyInZones;
        copy.EnterThreshold = enterThreshold;
        return copy;
    }
}
