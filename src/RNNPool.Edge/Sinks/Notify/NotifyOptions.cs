using RNNPool.Edge.Sinks.Outbox;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>The picture of a notification.</summary>
public enum NotifyPicture
{
    /// <summary>No picture.</summary>
    None,

    /// <summary>The part of the frame that shows the presence.</summary>
    Crop,

    /// <summary>The whole frame.</summary>
    Whole,
}

/// <summary>Notifications of presences. Section <c>Notify</c>. Nothing is sent while no address is set.</summary>
public sealed class NotifyOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Notify";

    /// <summary>Pattern of an address.</summary>
    internal const string AddressPattern = @"^(?:https?://[^\s/?#@\u0000-\u001F]+(?:[/?][^\s#\u0000-\u001F]*)?)?$";

    /// <summary>Allowed addresses, to complete "it must be ...".</summary>
    internal const string AddressAllowed = "an http:// or https:// address without user, password and fragment";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Whether notifications are sent to the addresses that are set.")]
    public bool Enabled { get; set; } = true;

    [Setting("A receiver of HTTP requests.")]
    public WebhookOptions Webhook { get; set; } = new();

    [Setting("A topic of an ntfy server.")]
    public NtfyOptions Ntfy { get; set; } = new();

    [Setting("A chat of a Telegram bot.")]
    public TelegramOptions Telegram { get; set; } = new();

    [Setting("Labels that are notified.", Default = "all")]
    [SettingCount(64)]
    [SettingText(1, 64)]
    public string[] Labels { get; set; } = [];

    [Setting("Zones of which a presence must be in one.", Default = "anywhere")]
    [SettingCount(32)]
    [SettingText(1, 64)]
    public string[] Zones { get; set; } = [];

    [Setting("Whether the end of a presence is notified too, if it is gone and its begin was notified.")]
    public bool Ends { get; set; }

    [Setting("Least time between the begins of two presences of a camera that are both notified.")]
    [SettingRange("00:00:00", "1.00:00:00")]
    public TimeSpan MinInterval { get; set; } = TimeSpan.FromSeconds(30);

    [Setting("Title of a notification; see docs/notify.md for the placeholders.")]
    [SettingText(1, 256)]
    public string Title { get; set; } = "{{device}}";

    [Setting("Text of a notification; see docs/notify.md for the placeholders.")]
    [SettingText(1, 1024)]
    public string Text { get; set; } = "{{what}}";

    [Setting("Picture of a notification; needs `Device:AllowImages` too.")]
    public NotifyPicture Picture { get; set; }

    [Setting("Time in which the best picture of a new presence is awaited before the notification is sent.")]
    [SettingRange("00:00:00", "00:00:30")]
    public TimeSpan PictureDelay { get; set; } = TimeSpan.FromSeconds(2);

    [Setting("Longest time of an attempt to send.")]
    [SettingRange("00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    [Setting("Notifications that wait for each address.")]
    public OutboxOptions Outbox { get; set; } = new() { MaxEvents = 100, MaxAge = TimeSpan.FromHours(6) };
}

/// <summary>A receiver of HTTP requests. Section <c>Notify:Webhook</c>.</summary>
[SettingNeeds(nameof(Secret), nameof(Url))]
[SettingNeeds(nameof(Body), nameof(Url))]
public sealed class WebhookOptions
{
    [Setting("Address that receives a POST request for each notification. It often contains a key, so that it is a secret.", Secret = true)]
    [SettingPattern(NotifyOptions.AddressPattern, NotifyOptions.AddressAllowed)]
    public string? Url { get; set; }

    [Setting("Key with which requests are signed (HMAC-SHA256).", Default = "none: requests are not signed", Secret = true)]
    [SettingText(8, 256)]
    public string? Secret { get; set; }

    [Setting("Body of the request; see docs/notify.md for the placeholders.", Default = "a JSON object with all placeholders")]
    [SettingText(1, 4096)]
    public string? Body { get; set; }

    [Setting("Content type of the body. If it is JSON, the values of placeholders are escaped accordingly.")]
    [SettingPattern("^[A-Za-z0-9.+-]{1,64}/[A-Za-z0-9.+-]{1,64}$", "a media type, such as application/json")]
    public string ContentType { get; set; } = "application/json";
}

/// <summary>A topic of an ntfy server. Section <c>Notify:Ntfy</c>.</summary>
[SettingNeeds(nameof(Token), nameof(Url))]
public sealed class NtfyOptions
{
    [Setting(
        "Address of the topic, such as https://ntfy.sh/TOPIC. Who knows the topic can read it, so that it is a secret.",
        Secret = true
    )]
    [SettingPattern(
        @"^(?:https?://[^\s/?#@\u0000-\u001F]+/[^\s?#\u0000-\u001F]+)?$",
        "an http:// or https:// address that ends with the topic"
    )]
    public string? Url { get; set; }

    [Setting("Access token of the ntfy server.", Secret = true)]
    [SettingPattern("^[A-Za-z0-9_-]{1,128}$", "1 to 128 letters, digits, - or _")]
    public string? Token { get; set; }

    [Setting("Priority of the messages, 5 is the highest.")]
    [SettingRange(1, 5)]
    public int Priority { get; set; } = 3;
}

/// <summary>A chat of a Telegram bot. Section <c>Notify:Telegram</c>.</summary>
[SettingNeeds(nameof(Token), nameof(Chat))]
[SettingNeeds(nameof(Chat), nameof(Token))]
public sealed class TelegramOptions
{
    [Setting("Token of the bot.", Secret = true)]
    [SettingPattern("^[0-9]{1,20}:[A-Za-z0-9_-]{1,128}$", "a token as BotFather shows it, such as 123456:ABC-DEF")]
    public string? Token { get; set; }

    [Setting("Id of the chat, or the name of a public channel with @.", NumberAllowed = true)]
    [SettingPattern("^(?:-?[0-9]{1,20}|@[A-Za-z0-9_]{1,64})$", "a number, or a name that begins with @")]
    public string? Chat { get; set; }

    [Setting("Address of the server of the Bot API.")]
    [SettingPattern(@"^https?://[^\s/?#@\u0000-\u001F]+$", "an http:// or https:// address without a path")]
    public string Server { get; set; } = "https://api.telegram.org";
}
