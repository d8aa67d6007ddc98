using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>Takes a picture for a new event when the settings ask for it.</summary>
/// <param name="options">Whether pictures are taken, and their width.</param>
/// <param name="snapshots">Takes the pictures; null for none.</param>
/// <param name="logger">Receives failures.</param>
internal sealed partial class EventThumbnails(ILive<JournalOptions> options, CameraSnapshots? snapshots, ILogger<EventJournal> logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>
    /// A JPEG of the next frame of the camera of a new event; null when no picture can be taken. The event is stored in both cases.
    /// </summary>
    public async ValueTask<byte[]?> TakeAsync(PresenceEvent presenceEvent, CancellationToken cancellationToken)
    {
        JournalOptions current = options.Current;
        if (snapshots is null || !current.Thumbnails || presenceEvent.Type != PresenceEventKind.New)
            return null;
        try
        {
            return await snapshots.TakeAsync(presenceEvent.Camera, current.ThumbnailWidth, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The event is stored, with a picture or without.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNoThumbnail(exception.Message);
            return null;
        }
    }

    [LoggerMessage(1914, LogLevel.Warning, "The event is stored without a picture: {Reason}")]
    private partial void LogNoThumbnail(string reason);
}
