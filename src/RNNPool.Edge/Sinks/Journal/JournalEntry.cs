using System.Text.Json;
using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>An event in the journal.</summary>
/// <param name="Sequence">Its number in the journal, which only increases; 0 before it is stored.</param>
/// <param name="Id">Identity of the presence.</param>
/// <param name="Type"><c>new</c>, <c>update</c> or <c>end</c>.</param>
/// <param name="Time">Time of the event in milliseconds since 1970 (UTC).</param>
/// <param name="Label">Label of the model.</param>
/// <param name="Json">The whole event, as the other sinks send it.</param>
public sealed record JournalEntry(long Sequence, string Id, string Type, long Time, string Label, string Json)
{
    /// <summary>Converts an event.</summary>
    public static JournalEntry From(PresenceEvent presenceEvent)
    {
        ArgumentNullException.ThrowIfNull(presenceEvent);
        return new JournalEntry(
            0,
            presenceEvent.Id,
            JsonNamingPolicy.CamelCase.ConvertName(presenceEvent.Type.ToString()),
            Milliseconds(presenceEvent.Time),
            presenceEvent.Label,
            JsonSerializer.Serialize(presenceEvent, EventJson.Default.PresenceEvent)
        );
    }

    /// <summary>Converts a time to milliseconds since 1970 (UTC).</summary>
    public static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}

/// <summary>A query for events.</summary>
/// <param name="Limit">Most events; at least 1.</param>
/// <param name="Since">Only events at or after this time; null for any.</param>
/// <param name="Label">Only events of this label; null for any.</param>
/// <param name="After">Only events with a higher number than this in the journal; null for any.</param>
public sealed record JournalQuery(int Limit, DateTimeOffset? Since = null, string? Label = null, long? After = null)
{
    /// <summary>Whether an event that is not in the journal matches the query.</summary>
    public bool Fits(PresenceEvent presenceEvent)
    {
        ArgumentNullException.ThrowIfNull(presenceEvent);
        return (Since is not { } since || presenceEvent.Time >= since.UtcDateTime) && (Label is null || presenceEvent.Label == Label);
    }
}
