using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>The point of a box that must be inside a zone.</summary>
public enum ZoneAnchor
{
    /// <summary>The middle of the lower edge: where the object stands.</summary>
    BottomCentre,

    /// <summary>The middle of the box, which suits faces, whose boxes do not reach the ground.</summary>
    Centre,
}

/// <summary>
/// A named part of the picture. A zone can only be stricter than the presence settings: an object that is not announced is in no zone.
/// </summary>
public sealed class ZoneOptions
{
#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Name of the zone in events, topics and pins. Each zone needs its own.", Required = true)]
    [SettingPattern("^[a-z0-9_-]{1,32}$", "1 to 32 lower-case letters, digits, - and _")]
    public string Name { get; set; } = "";

    [Setting(
        "Corners in order, in fractions of the frame's width and height: `0,0.5 1,0.5 1,1 0,1` is the lower half. Edges must not cross.",
        Required = true
    )]
    [SettingPattern(ZonePolygon.Pattern, "3 to 32 corners", Partial = true)]
    public string Polygon { get; set; } = "";

    [Setting(
        "Point of a box that must be inside: where the object stands, or the middle of the box.",
        Default = "Centre for faces, else BottomCentre"
    )]
    public ZoneAnchor? Anchor { get; set; }

    [Setting("Distance outside of the zone at which the anchor has left it, as a fraction of the frame's height.")]
    [SettingRange(0, 0.5)]
    public float Margin { get; set; } = 0.02f;

    [Setting("Labels that count in the zone.", Default = "none: every label")]
    [SettingCount(64)]
    [SettingText(1, 64)]
    public string[] Labels { get; set; } = [];

    [Setting("Least height of a box that enters, as a fraction of the frame's height. It stays down to 0.8 times that.")]
    [SettingRange(0, 1)]
    public float MinHeight { get; set; }

    [Setting("Least score with which an object enters; 0 for any announced presence.")]
    [SettingRange(0, 0.9999)]
    public float EnterThreshold { get; set; }

    [Setting("Score below which an object leaves.", Allowed = "0 to EnterThreshold")]
    [SettingRange(0, 0.9999)]
    public float LeaveThreshold { get; set; }

    [Setting("How long an object must be outside before it has left.")]
    [SettingRange("00:00:00", "01:00:00")]
    public TimeSpan OffDelay { get; set; } = TimeSpan.FromSeconds(0.5);
}
