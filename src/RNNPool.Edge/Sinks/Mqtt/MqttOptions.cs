using RNNPool.Edge.Sinks.Mqtt.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Publishing to an MQTT broker. Section <c>Mqtt</c>. Nothing is published while <see cref="Host"/> is not set.</summary>
public sealed class MqttOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Mqtt";

    /// <summary>Stands for the device id in <see cref="TopicPrefix"/> and <see cref="ClientId"/>.</summary>
    public const string DevicePlaceholder = "{device}";

    private const int PlainPort = 1883;
    private const int TlsPort = 8883;

    /// <summary>Host name or address of the broker. Default: not set, which switches MQTT off.</summary>
    public string? Host { get; set; }

    /// <summary>TCP port of the broker. 1 to 65535; default: not set, which means 1883, or 8883 with TLS.</summary>
    public int? Port { get; set; }

    /// <summary>Client id, which no other client of the broker may use; <c>{device}</c> stands for the device id. 1 to 64 characters; default <c>rnnpool-edge-{device}</c>.</summary>
    public string ClientId { get; set; } = "rnnpool-edge-" + DevicePlaceholder;

    /// <summary>Begins every topic; <c>{device}</c> stands for the device id. 1 to 128 characters without wildcards; default <c>rnnpool-edge/{device}</c>.</summary>
    public string TopicPrefix { get; set; } = "rnnpool-edge/" + DevicePlaceholder;

    /// <summary>User name for the broker. 1 to 256 characters; default: none.</summary>
    public string? UserName { get; set; }

    /// <summary>Password for the broker. At most 1024 characters; default: none, or the systemd credential <c>mqtt-password</c>.</summary>
    public string? Password { get; set; }

    /// <summary>File whose first line is the password for the broker. Default: none.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>An encrypted connection.</summary>
    public MqttTlsOptions Tls { get; set; } = new();

    /// <summary>Events that wait for the broker.</summary>
    public OutboxOptions Outbox { get; set; } = new();

    /// <summary>Widest picture that <c>set/snapshot</c> publishes; a wider frame is shrunk. Pixels; default 640; 16 to 4096.</summary>
    public int SnapshotWidth { get; set; } = 640;

    /// <summary>Time between two reports of figures and health. 5 s to 1 h; default 30 s.</summary>
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the device counts as unhealthy without the broker; otherwise that is a degradation. Default false.</summary>
    public bool Required { get; set; }

    /// <summary>Silence after which the broker is pinged, and 1.5 times which it declares the device offline. 5 s to 10 min; default 15 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an answer of the broker is awaited. 1 s to 1 min; default 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Delay before the first attempt to connect again; it doubles with every failure, and a random quarter is added or taken away. 0.1 s to 1 min; default 1 s.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest delay between attempts to connect, and the shortest after another client has taken the client id. <see cref="ReconnectDelay"/> to 1 h; default 1 min.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The port in use.</summary>
    internal int EffectivePort => Port ?? (Tls.Enabled ? TlsPort : PlainPort);

    /// <summary>Host and port, for messages.</summary>
    internal string Broker => $"{Host}:{EffectivePort}";
}
