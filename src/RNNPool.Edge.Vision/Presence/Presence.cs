using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>Something that is there now, as it was last seen.</summary>
/// <param name="Id">Stable identity; the same as in its events.</param>
/// <param name="Label">What it is, such as <c>face</c>.</param>
/// <param name="Score">Median of the track's recent scores, 0 to 1.</param>
/// <param name="TopScore">Highest median so far, 0 to 1.</param>
/// <param name="Box">Where it was last seen, in pixels of the frame.</param>
/// <param name="FrameWidth">Width of that frame in pixels.</param>
/// <param name="FrameHeight">Height of that frame in pixels.</param>
/// <param name="StartTime">When it began (UTC).</param>
/// <param name="LastSeen">When it was last seen (UTC).</param>
public readonly record struct Presence(
    string Id,
    string Label,
    float Score,
    float TopScore,
    BoundingBox Box,
    int FrameWidth,
    int FrameHeight,
    DateTimeOffset StartTime,
    DateTimeOffset LastSeen
)
{
    /// <summary>Names of the zones that it is in.</summary>
    public required IReadOnlyList<string> Zones { get; init; }

    /// <summary>Whether it has not moved for so long that it is part of the scene.</summary>
    public required bool Stationary { get; init; }
}
