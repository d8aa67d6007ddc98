using System.Globalization;
using System.Text;
using System.Text.Json;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web.Live;

namespace RNNPool.Edge.Web;

/// <summary><c>/api/events</c>: the newest events out of memory and, for what is older, out of the journal.</summary>
internal static class EventsApi
{
    /// <summary>Events in one answer when the request does not say.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Most events in one answer.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Longest time after the begin of a presence until its picture is kept: it is taken, and committed with what comes within <see cref="EventJournal.CommitDelay"/>.</summary>
    private static readonly TimeSpan MostPictureDelay = TimeSpan.FromSeconds(2);

    public static Task EventsAsync(HttpContext context)
    {
        if (Parse(context.Request.Query, out JournalQuery query) is { } complaint)
            return WebApi.RefuseAsync(context, StatusCodes.Status400BadRequest, complaint);
        List<string> events = [];
        var known = new HashSet<(string Id, string Type, long Time)>();
        foreach (PresenceEvent message in context.RequestServices.GetRequiredService<EventHistory>().Newest(int.MaxValue))
        {
            var entry = JournalEntry.From(message);
            known.Add((entry.Id, entry.Type, entry.Time));
            if (events.Count < query.Limit && query.Fits(message))
                events.Add(entry.Json);
        }

        string? warning =
            events.Count < query.Limit ? AddOlder(context.RequestServices.GetService<EventJournal>(), query, known, events) : null;
        if (warning is not null)
            context.Response.Headers.Append("X-Journal", warning);
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync($"[{string.Join(',', events)}]", Encoding.UTF8, context.RequestAborted);
    }

    public static async Task ThumbnailAsync(HttpContext context)
    {
        if (!PicturePermission.IsGranted(context))
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status403Forbidden, PicturePermission.Sentence).ConfigureAwait(false);
            return;
        }

        try
        {
            if (await PictureAsync(context).ConfigureAwait(false) is { } picture)
            {
                context.Response.ContentType = "image/jpeg";
                await context.Response.Body.WriteAsync(picture, context.RequestAborted).ConfigureAwait(false);
                return;
            }

            await WebApi.RefuseAsync(context, StatusCodes.Status404NotFound, "There is no picture of this event.").ConfigureAwait(false);
        }
        catch (JournalException exception)
        {
            await WebApi.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, exception.Message).ConfigureAwait(false);
        }
    }

    /// <summary>The picture kept with an event. That of an event which has just happened is waited for: listeners know of the event before the journal has committed it.</summary>
    private static async Task<byte[]?> PictureAsync(HttpContext context)
    {
        if (context.RequestServices.GetService<EventJournal>() is not { } journal)
            return null;
        var id = (string)context.Request.RouteValues["id"]!;
        TimeProvider time = context.RequestServices.GetRequiredService<TimeProvider>();
        PresenceEvent? begin = context
            .RequestServices.GetRequiredService<EventHistory>()
            .Newest(int.MaxValue)
            .FirstOrDefault(message => message.Id == id && message.Type == PresenceEventKind.New);
        while (true)
        {
            if (File.Exists(journal.Path) && JournalReader.Thumbnail(journal.Path, id) is { } picture)
                return picture;
            if (begin is null || (time.GetUtcNow() - begin.Time).Duration() > MostPictureDelay)
                return null;
            await Task.Delay(EventJournal.CommitDelay / 5, time, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <returns>Why the journal could not be read; null when it was, or when there is none.</returns>
    private static string? AddOlder(
        EventJournal? journal,
        JournalQuery query,
        HashSet<(string Id, string Type, long Time)> known,
        List<string> events
    )
    {
        if (journal is null || !File.Exists(journal.Path))
            return null;
        try
        {
            // What is in memory may be in the journal too; there are at most so many of these.
            foreach (JournalEntry entry in JournalReader.Read(journal.Path, query with { Limit = query.Limit + known.Count }))
            {
                if (events.Count == query.Limit)
                    break;
                if (!known.Contains((entry.Id, entry.Type, entry.Time)))
                    events.Add(entry.Json);
            }

            return null;
        }
        catch (JournalException)
        {
            return "unreadable";
        }
    }

    /// <returns>What is wrong with the request, as a sentence; null when nothing is.</returns>
    private static string? Parse(IQueryCollection parameters, out JournalQuery query)
    {
        query = new JournalQuery(DefaultLimit);
        foreach ((string name, var values) in parameters)
        {
            string text = values.ToString();
            switch (name)
            {
                case "limit":
                    if (
                        !(
                            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit)
                            && limit is >= 1 and <= MaxLimit
                        )
                    )
                        return $"limit must be a whole number from 1 to {MaxLimit}.";
                    query = query with { Limit = limit };
                    break;
                case "since":
                    if (!TryTime(text, out DateTimeOffset since))
                        return "since must be a time such as 2026-11-23T10:44:26Z.";
                    query = query with { Since = since };
                    break;
                case "label":
                    if (text.Length is 0 or > 64)
                        return "label must be 1 to 64 characters.";
                    query = query with { Label = text };
                    break;
                default:
                    return $"{JsonEncodedText.Encode(name)} is not a parameter; there are limit, since and label.";
            }
        }

        return null;
    }

    /// <summary>An ISO 8601 time; without an offset it is UTC.</summary>
    internal static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time
        )
        && text.Length >= 8;
}
