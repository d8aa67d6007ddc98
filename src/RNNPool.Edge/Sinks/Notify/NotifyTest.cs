using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>Sends a test notification to every address, once and without the queue. Doctor does not run it.</summary>
internal sealed class NotifyTest(IOptions<NotifyOptions> options, ILive<DeviceOptions> device, TimeProvider time) : IDoctorCheck
{
    /// <inheritdoc/>
    public string Name => "notify";

    /// <inheritdoc/>
    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        NotifyOptions settings = options.Value;
        using var client = new NotifyClient(settings.Timeout, time);
        IReadOnlyList<INotifyChannel> channels = NotifyChannels.Create(settings, client, time);
        if (channels.Count == 0)
        {
            return new CheckResult(
                Name,
                CheckOutcome.Off,
                "No address for notifications is set.",
                "Set Notify:Webhook:Url, Notify:Ntfy:Url, or Notify:Telegram:Token and Chat."
            );
        }

        NotifyMessage message = NotifyTemplate.Complete(NotifyMessage.Test(device.Current.Name ?? Environment.MachineName), settings);
        NotifyResult[] results = await Task.WhenAll(channels.Select(channel => channel.SendAsync(message, cancellationToken)))
            .ConfigureAwait(false);
        bool failed = results.Any(result => result.Outcome != NotifyOutcome.Accepted);
        return new CheckResult(
            Name,
            failed ? CheckOutcome.Failed : CheckOutcome.Ok,
            string.Join(' ', channels.Zip(results, Describe)),
            failed ? "Correct the settings of Notify." : null
        );
    }

    private static string Describe(INotifyChannel channel, NotifyResult result) =>
        result.Outcome == NotifyOutcome.Accepted
            ? $"The {channel.Name} {channel.Host} has accepted the test."
            : $"The {channel.Name} {channel.Host} has not accepted the test: {result.Reason}.";
}
