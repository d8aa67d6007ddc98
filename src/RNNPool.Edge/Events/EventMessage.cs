using System.Text.Json.Serialization;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>
/// An event as the world sees it: the same JSON in the log, on MQTT and in <c>/api/events</c>. Described in docs/events.md.
/// </summary>
public sealed record EventMessage
{
    /// <summary><c>new</c>, <c>update</c> or <c>end</c>.</summary>
    public required PresenceEventKind Type { get; init; }

    /// <summary>Identity of the presence, shared by its new, update and end events; unique over restarts.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened (UTC, milliseconds).</summary>
    public required DateTime Time { get; init; }

    /// <summary>When the presence began (UTC).</summary>
    public required DateTime StartTime { get; init; }

    /// <summary>When it was last seen (UTC); only in <c>end</c> events.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? EndTime { get; init; }

    /// <summary>Why the presence has ended; only in <c>end</c> events.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PresenceEndReason? Reason { get; init; }

    /// <summary>Name of the camera.</summary>
    public required string Camera { get; init; }

    /// <summary>What it is, such as <c>face</c>.</summary>
    public required string Label { get; init; }

    /// <summary>Median of the recent scores, 0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>Highest median so far, 0 to 1.</summary>
    public required double TopScore { get; init; }

    /// <summary>Where it is, in pixels of the frame.</summary>
    public required EventBox Box { get; init; }

    /// <summary>Where it is, as fractions (0 to 1) of the frame's width and height.</summary>
    public required EventBox BoxFraction { get; init; }

    /// <summary>Size of the frame in pixels.</summary>
    public required FrameSize Frame { get; init; }

    /// <summary>Names of the zones that it is in (for an end: was in last).</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>Whether it has not moved for so long that it is part of the scene.</summary>
    public bool Stationary { get; init; }

    /// <summary>How many presences of this label are there now, this one included unless it has ended or is stationary and ignored.</summary>
    public required int Count { get; init; }

    /// <summary>Turns what presence says into the message that leaves the device.</summary>
    public static EventMessage From(PresenceEvent source)
    {
        ArgumentNullException.ThrowIfNull(source);
        BoundingBox box = source.Box;
        return new EventMessage
        {
            Type = source.Kind,
            Id = source.Id,
            Time = Milliseconds(source.Time),
            StartTime = Milliseconds(source.StartTime),
            EndTime = source.EndTime is { } end ? Milliseconds(end) : null,
            Reason = source.EndReason,
            Camera = source.Camera,
            Label = source.Label,
            Score = Math.Round(source.Score, 4),
            TopScore = Math.Round(source.TopScore, 4),
            Box = new EventBox(Math.Round(box.X, 1), Math.Round(box.Y, 1), Math.Round(box.Width, 1), Math.Round(box.Height, 1)),
            BoxFraction = new EventBox(
                Fraction(box.X, source.FrameWidth),
                Fraction(box.Y, source.FrameHeight),
                Fraction(box.Width, source.FrameWidth),
                Fraction(box.Height, source.FrameHeight)
            ),
            Frame = new FrameSize(source.FrameWidth, source.FrameHeight),
            Zones = source.Zones,
            Stationary = source.Stationary,
            Count = source.Count,
        };
    }

    private static double Fraction(float length, int whole) => Math.Round((double)length / Math.Max(1, whole), 5);

    /// <summary>The time in UTC, cut to milliseconds.</summary>
    internal static DateTime Milliseconds(DateTimeOffset time)
    {
        DateTime utc = time.UtcDateTime;
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMillisecond));
    }
}

/// <summary>A box; its upper left corner is (X, Y).</summary>
public readonly record struct EventBox(double X, double Y, double Width, double Height);

/// <summary>Size of a picture in pixels.</summary>
public readonly record struct FrameSize(int Width, int Height);
