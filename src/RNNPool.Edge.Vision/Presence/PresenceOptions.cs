using RNNPool.Edge.Vision.Configuration;
using RNNPool.Edge.Vision.Tracking;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>When a track is announced, updated and ended.</summary>
public sealed class PresenceOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Presence";

    /// <summary>A presence begins when the median of a track's last scores reaches this probability. Over 0 and under 1; default 0.6.</summary>
    [Setting(Live = true)]
    public float EnterThreshold { get; set; } = 0.6f;

    /// <summary>A presence counts as seen while the median is at least this probability. Over 0, at most <see cref="EnterThreshold"/>; default 0.4.</summary>
    [Setting(Live = true)]
    public float LeaveThreshold { get; set; } = 0.4f;

    /// <summary>Over how many frames the median is taken; frames that are missing, or that missed the object, count as 0. 1 to 99, odd; default 3.</summary>
    [Setting(Live = true)]
    public int HistoryLength { get; set; } = 3;

    /// <summary>How long a presence is kept after it was last seen. 0 s to 1 h; default 3 s.</summary>
    [Setting(Live = true)]
    public TimeSpan OffDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>An update is raised at least this often while a presence is seen. 0.1 s to 1 day; default 10 s.</summary>
    [Setting(Live = true)]
    public TimeSpan UpdateInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Least time between two updates of one presence. 0 s to <see cref="UpdateInterval"/>; default 0.5 s.</summary>
    [Setting(Live = true)]
    public TimeSpan MinUpdateInterval { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>An update is raised when an edge of the box has moved by more than this fraction of the box's longer side. 0.01 to 10; default 0.25.</summary>
    [Setting(Live = true)]
    public float UpdateMove { get; set; } = 0.25f;

    /// <summary>An update is raised when the median score has changed by more than this. 0.01 to 1; default 0.1.</summary>
    [Setting(Live = true)]
    public float UpdateScore { get; set; } = 0.1f;

    /// <summary>Labels that are announced. At most 64; default: none, which means every label of the model.</summary>
    [Setting(Live = true)]
    public string[] Labels { get; set; } = [];

    /// <summary>
    /// Least height of a box that begins a presence, as a fraction of the frame's height; it counts as seen down to 0.8 times that. 0 to 1; default 0.
    /// </summary>
    [Setting(Live = true)]
    public float MinHeight { get; set; }

    /// <summary>The same in pixels of the frame; both must hold. 0 to 10000; default 0.</summary>
    [Setting(Live = true)]
    public int MinHeightPixels { get; set; }

    /// <summary>Parts of the picture with names. At most 32; default: none.</summary>
    [Setting(Live = true)]
    public List<ZoneOptions> Zones { get; set; } = [];

    /// <summary>Whether only what is in a zone is announced, and counts as seen. Default false.</summary>
    [Setting(Live = true)]
    public bool OnlyInZones { get; set; }

    /// <summary>A presence that has not moved for this long is stationary: part of the scene. 0 s (never) or 10 s to 7 days; default 10 min.</summary>
    [Setting(Live = true)]
    public TimeSpan StationaryAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How far an edge of the box may be off without being motion, as a fraction of the box's longer side. 0.01 to 1; default 0.15.</summary>
    [Setting(Live = true)]
    public float StationaryJitter { get; set; } = 0.15f;

    /// <summary>
    /// How long a stationary presence is kept after it was last seen, so that its flicker is not news; at least <see cref="OffDelay"/>. 0 s to 7 days;
    /// default 1 h.
    /// </summary>
    [Setting(Live = true)]
    public TimeSpan StationaryOffDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether stationary presences do not count: not for occupancy, and in no number. Default true.</summary>
    [Setting(Live = true)]
    public bool IgnoreStationary { get; set; } = true;

    /// <summary>How detections are joined to tracks.</summary>
    [Setting(Live = true)]
    public TrackerOptions Tracker { get; set; } = new();
}
