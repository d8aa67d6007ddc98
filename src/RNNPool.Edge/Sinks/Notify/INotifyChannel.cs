namespace RNNPool.Edge.Sinks.Notify;

/// <summary>An address that receives notifications.</summary>
internal interface INotifyChannel
{
    /// <summary>Name: <c>webhook</c>, <c>ntfy</c> or <c>telegram</c>.</summary>
    string Name { get; }

    /// <summary>Host of the address, the only part of it that is shown.</summary>
    string Host { get; }

    /// <summary>Sends a notification. Failures are results, not exceptions.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<NotifyResult> SendAsync(NotifyMessage message, CancellationToken cancellationToken);
}

/// <summary>Creates the channels of the settings.</summary>
internal static class NotifyChannels
{
    /// <summary>Whether an address is set.</summary>
    public static bool AreConfigured(NotifyOptions options) =>
        !string.IsNullOrEmpty(options.Webhook.Url)
        || !string.IsNullOrEmpty(options.Ntfy.Url)
        || !string.IsNullOrEmpty(options.Telegram.Token);

    /// <summary>The channels whose addresses are set.</summary>
    public static IReadOnlyList<INotifyChannel> Create(NotifyOptions options, NotifyClient client, TimeProvider time)
    {
        List<INotifyChannel> channels = [];
        if (options.Webhook is { Url: { Length: > 0 } webhook })
            channels.Add(new WebhookChannel(options.Webhook, new Uri(webhook), client, time));
        if (options.Ntfy is { Url: { Length: > 0 } ntfy })
            channels.Add(new NtfyChannel(options.Ntfy, new Uri(ntfy), client));
        if (options.Telegram is { Token: { Length: > 0 } token, Chat: { Length: > 0 } chat })
            channels.Add(new TelegramChannel(new Uri(options.Telegram.Server), token, chat, client));
        return channels;
    }
}
