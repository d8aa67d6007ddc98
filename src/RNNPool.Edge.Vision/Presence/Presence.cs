using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>An announced presence, as it was last seen.</summary>
/// <param name="Id">Stable identity; the same as in its events.</param>
/// <param name="Label">Label of the model, such as <c>face</c>.</param>
/// <param name="Score">Median of the track's recent scores, 0 to 1.</param>
/// <param name="TopScore">Highest median so far, 0 to 1.</param>
/// <param name="Box">The last box, in pixels of the frame.</param>
/// <param name="FrameWidth">Width of that frame in pixels.</param>
/// <param name="FrameHeight">Height of that frame in pixels.</param>
/// <param name="StartTime">Wall clock when it was first seen (UTC).</param>
/// <param name="LastSeen"><paramref name="StartTime"/> plus the monotonic time until it was last seen (UTC).</param>
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
    /// <summary>Names of the zones that contain it.</summary>
    public required IReadOnlyList<string> Zones { get; init; }

    /// <summary>Whether it has not moved for so long that it is part of the scene.</summary>
    public required bool Stationary { get; init; }

    /// <summary>Score of its detection in the last frame, 0 to 1; 0 when that frame does not show it.</summary>
    public float FrameScore { get; init; }
}
