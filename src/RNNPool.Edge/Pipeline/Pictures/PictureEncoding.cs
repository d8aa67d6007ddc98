using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Pipeline.Pictures;

/// <summary>A frame that is to be encoded.</summary>
/// <param name="Candidate">The presence.</param>
/// <param name="Shot">The frame.</param>
/// <param name="Facts">What it shows.</param>
/// <param name="Box">Box of the presence in pixels.</param>
/// <param name="Width">Widest picture in pixels.</param>
/// <param name="Generation">Changes when all pictures are discarded.</param>
internal sealed record PictureJob(
    PictureCandidate Candidate,
    PictureShot Shot,
    PictureFacts Facts,
    BoundingBox Box,
    int Width,
    int Generation
);

/// <summary>Encodes the pictures of presences, one at a time, and passes them to their users.</summary>
internal sealed partial class PictureEncoding(PresencePictures pictures, LoopSupervisor loops, ILogger<PictureEncoding> logger)
    : BackgroundService
{
    private readonly PresencePainter _painter = new();

    /// <summary>Encodes all pictures that are due.</summary>
    public void EncodeDue()
    {
        while (pictures.TakeDue() is { } job)
        {
            PresencePicture? picture = null;
            try
            {
                picture = Encode(job);
            }
            catch (ImageException exception)
            {
                LogFailed(job.Facts.Id, exception.Message);
            }
            finally
            {
                if (pictures.Complete(job, picture))
                    Publish(picture!);
            }
        }

        while (pictures.TryTakeEnded(out PresencePicture? last))
        {
            if (last is not null)
                Publish(last);
        }
    }

    /// <summary>Also encodes the pictures of the presences that end with the device.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        EncodeDue();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Run(
            () =>
                loops.RunAsync(
                    "pictures",
                    async token =>
                    {
                        while (true)
                        {
                            await pictures.Due.WaitAsync(token).ConfigureAwait(false);
                            EncodeDue();
                        }
                    },
                    stoppingToken
                ),
            CancellationToken.None
        );

    private PresencePicture Encode(PictureJob job)
    {
        (byte[] whole, byte[] crop) = _painter.Encode(job.Shot.Frame, job.Box, job.Shot.Blurred, job.Width);
        return new PresencePicture(job.Facts, whole, crop);
    }

    private void Publish(PresencePicture picture)
    {
        foreach (IPresencePictureUser user in pictures.Users)
        {
            if (user.WantsPictures)
                user.OnPicture(picture);
        }
    }

    [LoggerMessage(1110, LogLevel.Warning, "There is no picture of the presence {Id}: {Reason}")]
    private partial void LogFailed(string id, string reason);
}
