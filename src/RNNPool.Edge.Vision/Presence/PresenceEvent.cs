using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>What has happened to a presence.</summary>
public enum PresenceEventKind
{
    /// <summary>Something has been there long enough, with enough score, to be announced.</summary>
    New,

    /// <summary>An announced presence has moved or changed its score notably.</summary>
    Update,

    /// <summary>An announced presence has been gone for the off-delay.</summary>
    End,
}

/// <summary>Why a presence has ended.</summary>
public enum PresenceEndReason
{
    /// <summary>It was not seen for the off-delay.</summary>
    Gone,

    /// <summary>Detection was switched off.</summary>
    DetectionOff,

    /// <summary>An input pin asked for privacy.</summary>
    Privacy,

    /// <summary>The settings of presence were changed; what is still there begins anew.</summary>
    Settings,

    /// <summary>The device stops.</summary>
    Stopped,
}

/// <summary>A change that the device tells the world about. The three kinds of one presence share <paramref name="Id"/>.</summary>
/// <param name="Kind">What has happened.</param>
/// <param name="Id">Stable identity of the presence, unique over restarts (a version 7 UUID, lower case).</param>
/// <param name="Time">When it happened (UTC, from the frame).</param>
/// <param name="StartTime">When the presence began (UTC).</param>
/// <param name="EndTime">When it was last seen (UTC); null unless <paramref name="Kind"/> is <see cref="PresenceEventKind.End"/>.</param>
/// <param name="Camera">Name of the camera.</param>
/// <param name="Label">What it is, such as <c>face</c>.</param>
/// <param name="Score">Median of the track's recent scores, 0 to 1.</param>
/// <param name="TopScore">Highest median so far, 0 to 1.</param>
/// <param name="Box">Where it is (for an end: where it was last), in pixels of the frame.</param>
/// <param name="FrameWidth">Width of the frame in pixels, to turn the box into fractions.</param>
/// <param name="FrameHeight">Height of the frame in pixels.</param>
/// <param name="Count">How many presences of this label are there now.</param>
public sealed record PresenceEvent(
    PresenceEventKind Kind,
    string Id,
    DateTimeOffset Time,
    DateTimeOffset StartTime,
    DateTimeOffset? EndTime,
    string Camera,
    string Label,
    float Score,
    float TopScore,
    BoundingBox Box,
    int FrameWidth,
    int FrameHeight,
    int Count
)
{
    /// <summary>Why it has ended; null unless <see cref="Kind"/> is <see cref="PresenceEventKind.End"/>.</summary>
    public PresenceEndReason? EndReason { get; init; }

    /// <summary>Names of the zones that it is in (for an end: was in last).</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>Whether it has not moved for so long that it is part of the scene.</summary>
    public bool Stationary { get; init; }
}
