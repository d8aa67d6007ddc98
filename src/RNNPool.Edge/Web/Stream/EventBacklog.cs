using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Web.Stream;

/// <summary>
/// The data of the message <c>gap</c>: events between the last one that the subscriber received and the next one are not available.
/// </summary>
/// <param name="LastEventId">The position that the subscriber named; null when this connection lost events.</param>
/// <param name="Message">One sentence.</param>
internal sealed record GapReport(string? LastEventId, string Message);

/// <summary>Finds the events that a subscriber has missed, in memory and in the journal.</summary>
internal sealed class EventBacklog(EventJournal? journal = null)
{
    /// <summary>Most events that are sent after a reconnection.</summary>
    public const int MaxEvents = 1000;

    /// <summary>Identity of this run of the device.</summary>
    private readonly string _run = Guid.NewGuid().ToString("N")[..12];

    /// <summary>The position after the newest event.</summary>
    /// <param name="newest">Events in memory, newest first.</param>
    public EventPosition Current(IReadOnlyList<PresenceEvent> newest) =>
        newest.Count > 0 ? EventPosition.After(JournalEntry.From(newest[0])) : EventPosition.Start(_run);

    /// <summary>The messages after a position, oldest first; a gap comes first when some of them are not available.</summary>
    /// <param name="position">The position that the subscriber named.</param>
    /// <param name="newest">Events in memory, newest first.</param>
    /// <param name="isComplete">Whether memory holds all events of this run.</param>
    public IReadOnlyList<StreamMessage> Read(EventPosition position, IReadOnlyList<PresenceEvent> newest, bool isComplete)
    {
        JournalEntry[] memory = [.. newest.Select(JournalEntry.From)];
        int found = Array.FindIndex(memory, entry => EventPosition.After(entry) == position);
        if (found < 0 && isComplete && position == EventPosition.Start(_run))
            found = memory.Length;
        if (found >= 0)
            return Create(memory.AsSpan(0, found));

        JournalEntry[] stored = ReadStored(memory);
        found = Array.FindIndex(stored, entry => EventPosition.After(entry) == position);
        return found >= 0
            ? Create([.. memory, .. stored[..found]])
            : [CreateGap(position.ToString(), "The device no longer has the event after which the subscriber resumes.")];
    }

    /// <summary>The events in memory, newest first, together with the number of events since the start.</summary>
    public static (long Total, IReadOnlyList<PresenceEvent> Newest) Snapshot(EventHistory history)
    {
        while (true)
        {
            long total = history.Total;
            IReadOnlyList<PresenceEvent> newest = history.Newest(int.MaxValue);
            if (history.Total == total)
                return (total, newest);
        }
    }

    /// <summary>The message that reports missing events.</summary>
    public static StreamMessage CreateGap(string? lastEventId, string sentence) =>
        StreamMessage.Create(StreamMessage.Gap, new GapReport(lastEventId, sentence), WebJson.Default.GapReport);

    private static StreamMessage[] Create(ReadOnlySpan<JournalEntry> newestFirst)
    {
        var messages = new StreamMessage[newestFirst.Length];
        for (int i = 0; i < messages.Length; i++)
        {
            JournalEntry entry = newestFirst[newestFirst.Length - 1 - i];
            messages[i] = StreamMessage.CreateRaw(StreamMessage.Event, entry.Json, EventPosition.After(entry));
        }

        return messages;
    }

    /// <summary>Events of the journal that are not in memory, newest first.</summary>
    private JournalEntry[] ReadStored(JournalEntry[] memory)
    {
        if (journal is null || !File.Exists(journal.Path))
            return [];
        var known = memory.Select(EventPosition.After).ToHashSet();
        try
        {
            var query = new JournalQuery(MaxEvents + memory.Length);
            return [.. JournalReader.Read(journal.Path, query).Where(entry => !known.Contains(EventPosition.After(entry))).Take(MaxEvents)];
        }
        catch (JournalException)
        {
            return [];
        }
    }
}
