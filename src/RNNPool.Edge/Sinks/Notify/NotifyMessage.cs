using System.Globalization;
using System.Text.Json;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>A notification.</summary>
/// <param name="Type"><c>new</c>, <c>end</c> or <c>test</c>.</param>
/// <param name="Event">The event.</param>
/// <param name="EventJson">The event as JSON.</param>
/// <param name="Device">Name of the device.</param>
internal sealed record NotifyMessage(string Type, PresenceEvent Event, string EventJson, string Device)
{
    /// <summary>Type of a test.</summary>
    public const string TestType = "test";

    /// <summary>The title; see <see cref="NotifyOptions.Title"/>.</summary>
    public string Title { get; init; } = "";

    /// <summary>The text; see <see cref="NotifyOptions.Text"/>.</summary>
    public string Text { get; init; } = "";

    /// <summary>The picture as JPEG; null for none.</summary>
    public byte[]? Picture { get; init; }

    /// <summary>Identifies the notification, so that a receiver can discard a repetition.</summary>
    public string Delivery => $"{Event.Id}-{Type}";

    /// <summary>One sentence about the presence.</summary>
    public string What =>
        Type switch
        {
            TestType => "This is a test notification.",
            "end" => $"{Capital(Event.Label)} left {Event.Camera} after {Duration}.",
            _ => Event.Zones.Count > 0
                ? $"{Capital(Event.Label)} at {Event.Camera} ({string.Join(", ", Event.Zones)})."
                : $"{Capital(Event.Label)} at {Event.Camera}.",
        };

    /// <summary>How long the presence has lasted, such as <c>1 min 12 s</c>.</summary>
    public string Duration
    {
        get
        {
            TimeSpan duration = (Event.EndTime ?? Event.Time) - Event.StartTime;
            return duration.TotalMinutes >= 1
                ? string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds} s")
                : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, duration.TotalSeconds):0} s");
        }
    }

    /// <summary>A notification of an event; null when the bytes are no event.</summary>
    public static NotifyMessage? Parse(ReadOnlySpan<byte> json, string device)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Events.EventJson.Default.PresenceEvent) is { } read
                ? new NotifyMessage(
                    read.Type == PresenceEventKind.End ? "end" : "new",
                    read,
                    System.Text.Encoding.UTF8.GetString(json),
                    device
                )
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A test, with an event that no presence has raised.</summary>
    public static NotifyMessage Test(string device)
    {
        var sample = new PresenceEvent
        {
            Type = PresenceEventKind.New,
            Id = Guid.CreateVersion7().ToString(),
            Time = DateTime.UtcNow,
            StartTime = DateTime.UtcNow,
            Camera = TestType,
            Label = TestType,
            Score = 1,
            TopScore = 1,
            Box = new EventBox(0, 0, 1, 1),
            BoxFraction = new EventBox(0, 0, 1, 1),
            Frame = new FrameSize(1, 1),
            Count = 0,
        };
        return new NotifyMessage(TestType, sample, JsonSerializer.Serialize(sample, Events.EventJson.Default.PresenceEvent), device);
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
