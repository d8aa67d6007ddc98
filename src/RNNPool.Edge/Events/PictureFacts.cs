using System.Text.Json.Serialization;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>What the picture of a presence shows. The picture has no boxes; viewers draw <see cref="BoxFraction"/> themselves.</summary>
public sealed record PictureFacts
{
    /// <summary>Identity of the presence, as in its events.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the camera.</summary>
    public required string Camera { get; init; }

    /// <summary>Label of the model.</summary>
    public required string Label { get; init; }

    /// <summary>When the frame was captured (UTC).</summary>
    [JsonConverter(typeof(EventTimeConverter))]
    public required DateTime Time { get; init; }

    /// <summary>Score of the detection in this frame, 0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>The box as fractions (0 to 1) of the picture's width and height.</summary>
    public required EventBox BoxFraction { get; init; }

    /// <summary>Size of the frame in pixels; the picture may be smaller, with the same proportions.</summary>
    public required FrameSize Frame { get; init; }

    /// <summary>Whether faces are blurred.</summary>
    public required bool Blurred { get; init; }
}
