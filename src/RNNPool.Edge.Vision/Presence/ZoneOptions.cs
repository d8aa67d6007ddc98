namespace RNNPool.Edge.Vision.Presence;

/// <summary>Which point of a box decides whether a thing is in a zone.</summary>
public enum ZoneAnchor
{
    /// <summary>The middle of the lower edge: where something stands.</summary>
    BottomCentre,

    /// <summary>The middle of the box: right for faces, whose boxes do not reach the ground.</summary>
    Centre,
}

/// <summary>A part of the picture with a name. A zone can only be stricter than the presence itself: what is not announced is in no zone.</summary>
public sealed class ZoneOptions
{
    /// <summary>What events and pins call it. 1 to 32 lower-case letters, digits, <c>-</c> and <c>_</c>; every name once. No default.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// Its corners in order, each as <c>x,y</c> in fractions of the frame's width and height, separated by spaces: <c>0,0.5 1,0.5 1,1 0,1</c> is the
    /// lower half. 3 to 32 corners; edges must not cross. No default.
    /// </summary>
    public string Polygon { get; set; } = "";

    /// <summary>Which point of the box must be inside. Default <see cref="ZoneAnchor.BottomCentre"/>.</summary>
    public ZoneAnchor Anchor { get; set; } = ZoneAnchor.BottomCentre;

    /// <summary>How far outside that point must be before the thing has left, as a fraction of the frame's height. 0 to 0.5; default 0.02.</summary>
    public float Margin { get; set; } = 0.02f;

    /// <summary>Labels that count in it. At most 64; default: none, which means every label.</summary>
    public string[] Labels { get; set; } = [];

    /// <summary>Least height of a box that enters, as a fraction of the frame's height; it stays down to 0.8 times that. 0 to 1; default 0.</summary>
    public float MinHeight { get; set; }

    /// <summary>Least score with which a thing enters. 0 to 0.9999; default 0: its presence is enough.</summary>
    public float EnterThreshold { get; set; }

    /// <summary>Score below which a thing leaves. 0 to <see cref="EnterThreshold"/>; default 0.</summary>
    public float LeaveThreshold { get; set; }

    /// <summary>How long a thing must be outside before it has left. 0 s to 1 h; default 0.5 s.</summary>
    public TimeSpan OffDelay { get; set; } = TimeSpan.FromSeconds(0.5);
}
