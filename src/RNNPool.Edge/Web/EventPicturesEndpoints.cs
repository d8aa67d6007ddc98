using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Web;

/// <summary>The pictures of presences: recent ones from memory, others from the journal.</summary>
internal sealed class EventPicturesEndpoints(
    EventHistory history,
    PresencePictures recent,
    ImageAccess images,
    TimeProvider time,
    EventJournal? journal = null
) : IEndpointGroup
{
    private const string Tag = "events";
    private const string Jpeg = "image/jpeg";

    /// <summary>Longest time from the begin of a presence until its picture can be read.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(2);

    public void Map(IEndpointRouteBuilder routes)
    {
        MapPicture(
            routes,
            "thumbnail.jpg",
            "getThumbnail",
            "A small copy of the picture that the journal keeps with an event.",
            _ => null,
            JournalReader.Thumbnail
        );
        MapPicture(
            routes,
            "picture.jpg",
            "getEventPicture",
            "The whole frame with the best picture of a presence, without boxes.",
            picture => picture.Whole,
            JournalReader.Picture
        );
        MapPicture(
            routes,
            "crop.jpg",
            "getEventCrop",
            "The part of that frame that shows the presence.",
            picture => picture.Crop,
            JournalReader.Crop
        );
        routes
            .MapGet("/api/events/{id}/picture", GetFactsAsync)
            .Describe("getEventPictureFacts", Tag, "What the picture of a presence shows: its time, score and box.")
            .Problems(StatusCodes.Status404NotFound);
    }

    private void MapPicture(
        IEndpointRouteBuilder routes,
        string file,
        string operation,
        string summary,
        Func<PresencePicture, byte[]?> select,
        Func<string, string, byte[]?> read
    ) =>
        routes
            .MapGet(
                $"/api/events/{{id}}/{file}",
                async Task<Results<FileContentHttpResult, ProblemHttpResult>> (string id, HttpContext context) =>
                {
                    (byte[]? picture, ProblemHttpResult? problem) = await ReadAsync(id, context, select, read).ConfigureAwait(false);
                    return picture is null ? problem! : TypedResults.Bytes(picture, Jpeg);
                }
            )
            .Describe(operation, Tag, summary)
            .Produces(StatusCodes.Status200OK, contentType: Jpeg)
            .ServePictures(PictureScope.Events)
            .Problems(StatusCodes.Status404NotFound);

    private async Task<Results<RawJson<PictureFacts>, ProblemHttpResult>> GetFactsAsync(string id, HttpContext context)
    {
        (string? json, ProblemHttpResult? problem) = await ReadAsync(
                id,
                context,
                picture => JsonSerializer.Serialize(picture.Facts, EventJson.Default.PictureFacts),
                JournalReader.PictureFacts
            )
            .ConfigureAwait(false);
        return json is null ? problem! : new RawJson<PictureFacts>(json);
    }

    /// <summary>Reads what is allowed, or says why there is nothing. One of the two is null.</summary>
    private async Task<(T? Found, ProblemHttpResult? Problem)> ReadAsync<T>(
        string id,
        HttpContext context,
        Func<PresencePicture, T?> select,
        Func<string, string, T?> read
    )
        where T : class
    {
        if (!images.IsAllowed(context))
            return (null, Problems.Forbidden(ImageAccess.Detail));
        try
        {
            T? found = await FindAsync(id, select, read, context.RequestAborted).ConfigureAwait(false);

            // The permission may have been withdrawn while the picture was awaited.
            if (!images.IsAllowed(context))
                return (null, Problems.Forbidden(ImageAccess.Detail));
            return (found, found is null ? Problems.NotFound("There is no picture of this event.") : null);
        }
        catch (JournalException exception)
        {
            return (null, Problems.Unavailable(exception.Message));
        }
    }

    /// <summary>
    /// Finds a picture. That of an event that has just happened is awaited: subscribers receive an event before its picture is encoded and
    /// committed.
    /// </summary>
    private async Task<T?> FindAsync<T>(
        string id,
        Func<PresencePicture, T?> select,
        Func<string, string, T?> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        long asked = time.GetTimestamp();
        bool awaited = recent.IsWanted && IsRecent(id);
        while (true)
        {
            if (recent.Find(id) is { } picture && select(picture) is { } newest)
                return newest;
            bool waits = awaited && time.GetElapsedTime(asked) <= MaxDelay;
            try
            {
                if (journal is not null && File.Exists(journal.Path) && read(journal.Path, id) is { } stored)
                    return stored;
            }
            catch (JournalException) when (waits)
            {
                // The first event of a device may be asked for while its journal is created.
            }

            if (!waits)
                return null;
            await Task.Delay(EventJournal.CommitDelay / 5, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsRecent(string id) =>
        history
            .Newest(int.MaxValue)
            .Any(message =>
                message.Id == id && message.Type == PresenceEventKind.New && (time.GetUtcNow() - message.Time).Duration() <= MaxDelay
            );
}
