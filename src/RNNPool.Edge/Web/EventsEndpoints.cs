using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web;

/// <summary><c>/api/events</c>: the newest events from memory, older ones from the journal, and their pictures.</summary>
internal sealed class EventsEndpoints(EventHistory history, ImageAccess images, TimeProvider time, EventJournal? journal = null)
    : IEndpointGroup
{
    /// <summary>Number of events in an answer when the request sets no limit.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Most events in an answer.</summary>
    public const int MaxLimit = 1000;

    private const int MaxLabel = 64;

    private const string Tag = "events";

    /// <summary>Longest time from the begin of a presence until the journal has committed its picture.</summary>
    private static readonly TimeSpan MaxPictureDelay = TimeSpan.FromSeconds(2);

    private static readonly string[] Parameters = ["limit", "since", "label"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/events", List).Describe("listEvents", Tag, "Events, newest first.");
        routes
            .MapGet("/api/events/{id}/thumbnail.jpg", GetThumbnailAsync)
            .Describe("getThumbnail", Tag, "The picture that the journal keeps with an event.")
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg")
            .Problems(StatusCodes.Status404NotFound);
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

    private async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetThumbnailAsync(string id, HttpContext context)
    {
        if (!images.IsAllowed(context))
            return Problems.Forbidden(ImageAccess.Detail);
        try
        {
            byte[]? picture = await ReadThumbnailAsync(id, context.RequestAborted).ConfigureAwait(false);

            // The permission may have been withdrawn while the picture was awaited.
            if (!images.IsAllowed(context))
                return Problems.Forbidden(ImageAccess.Detail);
            return picture is null ? Problems.NotFound("There is no picture of this event.") : TypedResults.Bytes(picture, "image/jpeg");
        }
        catch (JournalException exception)
        {
            return Problems.Unavailable(exception.Message);
        }
    }

    /// <summary>
    /// Reads a picture. That of an event that has just happened is awaited: subscribers receive an event before the journal commits it.
    /// </summary>
    private async Task<byte[]?> ReadThumbnailAsync(string id, CancellationToken cancellationToken)
    {
        if (journal is null)
            return null;
        long asked = time.GetTimestamp();
        bool recent = history
            .Newest(int.MaxValue)
            .Any(message =>
                message.Id == id && message.Type == PresenceEventKind.New && (time.GetUtcNow() - message.Time).Duration() <= MaxPictureDelay
            );
        while (true)
        {
            if (File.Exists(journal.Path) && JournalReader.Thumbnail(journal.Path, id) is { } picture)
                return picture;
            if (!recent || time.GetElapsedTime(asked) > MaxPictureDelay)
                return null;
            await Task.Delay(EventJournal.CommitDelay / 5, time, cancellationToken).ConfigureAwait(false);
        }
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
