using RNNPool.Edge.Sinks.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Publishing to an MQTT broker. Section <c>Mqtt</c>. Nothing is published while <see cref="Host"/> is not set.</summary>
[SettingNeeds(nameof(Password), nameof(UserName))]
[SettingNeeds(nameof(PasswordFile), nameof(UserName))]
[SettingExcludes(nameof(Password), nameof(PasswordFile))]
public sealed class MqttOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Mqtt";

    /// <summary>Stands for the device id in <see cref="TopicPrefix"/> and <see cref="ClientId"/>.</summary>
    public const string DevicePlaceholder = "{device}";

    internal const string HostPattern = @"^(?:[^\s:/@?#\u0000-\u001F]{0,253}|\[?[0-9A-Fa-f:.%]{2,64}\]?)$";

    private const int PlainPort = 1883;
    private const int TlsPort = 8883;

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Host name or address of the broker.", Default = "none: MQTT is off")]
    [SettingPattern(HostPattern, "a host name or an IP address, without mqtt:// or a port", Partial = true)]
    public string? Host { get; set; }

    [Setting("TCP port of the broker.", Default = "1883, with TLS 8883")]
    [SettingRange(1, 65535)]
    public int? Port { get; set; }

    [Setting("Client id; `{device}` stands for the device's id. No other client of the broker may use it.")]
    [SettingText(1, 64)]
    public string ClientId { get; set; } = "rnnpool-edge-" + DevicePlaceholder;

    [Setting("Prefix of every topic; `{device}` stands for the device's id.")]
    [SettingText(1, 128)]
    [SettingPattern(@"^(?![$/])[^+#]*[^+#/]$", "1 to 128 characters without + or #, and must not begin with $ or begin or end with /")]
    public string TopicPrefix { get; set; } = "rnnpool-edge/" + DevicePlaceholder;

    [Setting("User name for the broker.")]
    [SettingText(1, 256)]
    public string? UserName { get; set; }

    [Setting("Password for the broker.", Default = "none, or the systemd credential `mqtt-password`", Secret = true)]
    [SettingPattern(@"^[\s\S]{0,1024}$", "at most 1024 characters")]
    public string? Password { get; set; }

    [Setting("File whose first line is the password for the broker.", Allowed = "a file")]
    public string? PasswordFile { get; set; }

    [Setting("An encrypted connection.")]
    public MqttTlsOptions Tls { get; set; } = new();

    [Setting("Events that wait for the broker.")]
    public OutboxOptions Outbox { get; set; } = new();

    [Setting("Widest picture that `set/snapshot` publishes; a wider frame is shrunk.", Unit = "pixels")]
    [SettingRange(16, 4096)]
    public int SnapshotWidth { get; set; } = 640;

    [Setting(
        "Whether the best picture of each presence is published, whole and cropped; needs `Device:AllowImages` too. "
            + "The broker keeps the last one of each camera."
    )]
    public bool Pictures { get; set; }

    [Setting("Time between two reports of figures and health.")]
    [SettingRange("00:00:05", "01:00:00")]
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromSeconds(30);

    [Setting("Whether the device is unhealthy without the broker; otherwise it is degraded.")]
    public bool Required { get; set; }

    [Setting("Silence after which the broker is pinged; after 1.5 times as long the broker declares the device offline.")]
    [SettingRange("00:00:05", "00:10:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    [Setting("Longest wait for an answer of the broker.")]
    [SettingRange("00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    [Setting("Delay before the first attempt to reconnect; it doubles with every failure, plus or minus a random quarter.")]
    [SettingRange("00:00:00.1", "00:01:00")]
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    [Setting(
        "Longest delay between attempts to reconnect, and the shortest after another client has taken the client id.",
        Allowed = "ReconnectDelay to 1 h"
    )]
    [SettingRange("00:00:00.1", "01:00:00")]
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromMinutes(1);
#pragma warning restore CS1591

    /// <summary>The port in use.</summary>
    internal int EffectivePort => Port ?? (Tls.Enabled ? TlsPort : PlainPort);

    /// <summary>Host and port, for messages.</summary>
    internal string Broker => $"{Host}:{EffectivePort}";
}
