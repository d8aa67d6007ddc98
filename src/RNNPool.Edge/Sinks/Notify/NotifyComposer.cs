using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Sinks.Outbox;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>Makes notifications of waiting events, with their pictures, at the moment in which they are sent.</summary>
internal sealed class NotifyComposer(
    IOptions<NotifyOptions> options,
    ILive<DeviceOptions> device,
    NotifyPictures pictures,
    QuietHours quiet,
    TimeProvider time
)
{
    private string Device => device.Current.Name ?? Environment.MachineName;

    /// <summary>Waits for the best picture of a presence that has just begun, and for the end of the quiet hours.</summary>
    public async ValueTask WaitAsync(OutboxEvent waiting, CancellationToken cancellationToken)
    {
        while (quiet.PauseNotifications)
            await Task.Delay(QuietHoursService.Interval, time, cancellationToken).ConfigureAwait(false);
        if (options.Value.Picture == NotifyPicture.None || options.Value.PictureDelay == TimeSpan.Zero)
            return;

        // The wall clock may have been set meanwhile.
        TimeSpan left = waiting.Time + options.Value.PictureDelay - time.GetUtcNow();
        if (left > TimeSpan.Zero && left <= options.Value.PictureDelay)
            await Task.Delay(left, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends the notification of a waiting event.</summary>
    /// <returns>Null when it has to be sent again at once, because pictures are no longer allowed.</returns>
    public async Task<NotifyResult?> SendAsync(INotifyChannel channel, OutboxEvent waiting, CancellationToken cancellationToken)
    {
        if (NotifyMessage.Parse(waiting.Payload, Device) is not { } parsed)
            return new NotifyResult(NotifyOutcome.Refused, "it is not an event");
        NotifyMessage message = NotifyTemplate.Complete(parsed, options.Value);
        if (pictures.Find(message.Event.Id) is not { } picture)
            return await channel.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return await pictures
            .SendAsync(token => channel.SendAsync(message with { Picture = picture }, token), cancellationToken)
            .ConfigureAwait(false);
    }
}
