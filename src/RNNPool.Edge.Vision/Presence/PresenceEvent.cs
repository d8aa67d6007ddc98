using System.Text.Json.Serialization;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Vision.Presence;

/// <summary>
/// A change of a presence. The same record goes through the device and, as JSON, to the log, MQTT, the journal and the HTTP interface;
/// docs/events.md describes it. The events of one presence share <see cref="Id"/>.
/// </summary>
public sealed record PresenceEvent
{
    /// <summary>The kind of change.</summary>
    public required PresenceEventKind Type { get; init; }

    /// <summary>Identity of the presence, unique over restarts (a version 7 UUID, lower case).</summary>
    public required string Id { get; init; }

    /// <summary>The wall clock at the change (UTC, milliseconds).</summary>
    [JsonConverter(typeof(EventTimeConverter))]
    public required DateTime Time { get; init; }

    /// <summary>
    /// The monotonic time of the change, as in <see cref="Frames.FrameTime"/>, for durations within this process; null for an event that
    /// was read.
    /// </summary>
    [JsonIgnore]
    public TimeSpan? MonotonicTime { get; init; }

    /// <summary>The wall clock when the presence began (UTC, milliseconds).</summary>
    [JsonConverter(typeof(EventTimeConverter))]
    public required DateTime StartTime { get; init; }

    /// <summary>
    /// <see cref="StartTime"/> plus the monotonic time until the presence was last seen, so that a clock that is set meanwhile does not
    /// change the duration; null unless <see cref="Type"/> is <see cref="PresenceEventKind.End"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(EventTimeConverter))]
    public DateTime? EndTime { get; init; }

    /// <summary>Why the presence has ended; null unless <see cref="Type"/> is <see cref="PresenceEventKind.End"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PresenceEndReason? Reason { get; init; }

    /// <summary>Name of the camera.</summary>
    public required string Camera { get; init; }

    /// <summary>The label of the model, such as <c>face</c>.</summary>
    public required string Label { get; init; }

    /// <summary>Median of the recent scores, 0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>Highest median so far, 0 to 1.</summary>
    public required double TopScore { get; init; }

    /// <summary>The box in pixels of the frame; for an end: the last one.</summary>
    public required EventBox Box { get; init; }

    /// <summary>The box as fractions (0 to 1) of the frame's width and height.</summary>
    public required EventBox BoxFraction { get; init; }

    /// <summary>Size of the frame in pixels.</summary>
    public required FrameSize Frame { get; init; }

    /// <summary>Names of the zones that contain the presence; for an end: the last ones.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>Whether the presence has not moved for so long that it is part of the scene.</summary>
    public bool Stationary { get; init; }

    /// <summary>The number of presences of this label. It includes this one unless it has ended, or is stationary and ignored.</summary>
    public required int Count { get; init; }
}

/// <summary>The kind of a <see cref="PresenceEvent"/>.</summary>
public enum PresenceEventKind
{
    /// <summary>A track has reached the threshold.</summary>
    New,

    /// <summary>The position, score, zones or stationarity of an announced presence have changed.</summary>
    Update,

    /// <summary>An announced presence has ended.</summary>
    End,
}

/// <summary>Why a presence has ended.</summary>
public enum PresenceEndReason
{
    /// <summary>It was not seen for the off-delay.</summary>
    Gone,

    /// <summary>Detection was switched off.</summary>
    DetectionOff,

    /// <summary>An input pin requests privacy.</summary>
    Privacy,

    /// <summary>The settings of presence have changed; presences that remain visible begin again under a new id.</summary>
    Settings,

    /// <summary>The device stops.</summary>
    Stopped,
}

/// <summary>A box; its upper left corner is (X, Y).</summary>
public readonly record struct EventBox(double X, double Y, double Width, double Height)
{
    /// <summary>A box in pixels, rounded to a tenth.</summary>
    internal static EventBox FromPixels(in BoundingBox box) =>
        new(Math.Round(box.X, 1), Math.Round(box.Y, 1), Math.Round(box.Width, 1), Math.Round(box.Height, 1));

    /// <summary>A box as fractions of a frame, rounded to five digits.</summary>
    public static EventBox FromFractions(in BoundingBox box, int width, int height) =>
        new(Fraction(box.X, width), Fraction(box.Y, height), Fraction(box.Width, width), Fraction(box.Height, height));

    private static double Fraction(float length, int whole) => Math.Round((double)length / Math.Max(1, whole), 5);
}

/// <summary>Size of a picture in pixels.</summary>
public readonly record struct FrameSize(int Width, int Height);
