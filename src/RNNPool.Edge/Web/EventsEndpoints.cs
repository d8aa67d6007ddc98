using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Web;

/// <summary><c>/api/events</c>: the newest events from memory, older ones from the journal.</summary>
internal sealed class EventsEndpoints(EventHistory history, EventJournal? journal = null) : IEndpointGroup
{
    /// <summary>Number of events in an answer when the request sets no limit.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Most events in an answer.</summary>
    public const int MaxLimit = 1000;

    private const int MaxLabel = 64;

    private const string Tag = "events";

    private static readonly string[] Parameters = ["limit", "since", "label"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/events", List).Describe("listEvents", Tag, "Events, newest first.");
    }

    private Results<RawJson<IReadOnlyList<PresenceEvent>>, ProblemHttpResult> List(
        HttpContext context,
        [Range(1, MaxLimit)] int? limit,
        UtcTime? since,
        [StringLength(MaxLabel, MinimumLength = 1)] string? label
    )
    {
        string? unknown = context.Request.Query.Keys.FirstOrDefault(name => !Parameters.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
            return Problems.BadRequest($"{JsonEncodedText.Encode(unknown)} is not a parameter; there are limit, since and label.");
        if (limit is < 1 or > MaxLimit)
            return Problems.BadRequest($"limit must be a whole number from 1 to {MaxLimit}.");
        if (label is { Length: 0 or > MaxLabel })
            return Problems.BadRequest($"label must have 1 to {MaxLabel} characters.");

        var query = new JournalQuery(limit ?? DefaultLimit, since?.Value, label);
        List<string> events = [];
        var known = new HashSet<(string Id, string Type, long Time)>();
        foreach (PresenceEvent message in history.Newest(int.MaxValue))
        {
            var entry = JournalEntry.From(message);
            known.Add((entry.Id, entry.Type, entry.Time));
            if (events.Count < query.Limit && query.Fits(message))
                events.Add(entry.Json);
        }

        if (events.Count < query.Limit && !TryAddOlder(query, known, events))
            context.Response.Headers.Append("X-Journal", "unreadable");
        return new RawJson<IReadOnlyList<PresenceEvent>>($"[{string.Join(',', events)}]");
    }

    /// <returns>Whether the journal could be read, or there is none.</returns>
    private bool TryAddOlder(JournalQuery query, HashSet<(string Id, string Type, long Time)> known, List<string> events)
    {
        if (journal is null || !File.Exists(journal.Path))
            return true;
        try
        {
            // The journal may contain the events in memory as well, so the query includes that many more.
            foreach (JournalEntry entry in JournalReader.Read(journal.Path, query with { Limit = query.Limit + known.Count }))
            {
                if (events.Count == query.Limit)
                    break;
                if (!known.Contains((entry.Id, entry.Type, entry.Time)))
                    events.Add(entry.Json);
            }

            return true;
        }
        catch (JournalException)
        {
            return false;
        }
    }
}
