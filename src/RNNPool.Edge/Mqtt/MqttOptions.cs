using System.Text;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Configuration;

namespace RNNPool.Edge.Mqtt;

/// <summary>Publishing to an MQTT broker. Section <c>Mqtt</c>. Nothing is published while <see cref="Host"/> is not set.</summary>
public sealed class MqttOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Mqtt";

    /// <summary>Stands for the device id in <see cref="TopicPrefix"/> and <see cref="ClientId"/>.</summary>
    public const string DevicePlaceholder = "{device}";

    /// <summary>Host name or address of the broker. Default: not set, which switches MQTT off.</summary>
    public string? Host { get; set; }

    /// <summary>TCP port of the broker. 1 to 65535; default 1883.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>Client id, which no other client of the broker may use; <c>{device}</c> stands for the device id. 1 to 64 characters; default <c>rnnpool-edge-{device}</c>.</summary>
    public string ClientId { get; set; } = "rnnpool-edge-" + DevicePlaceholder;

    /// <summary>Begins every topic; <c>{device}</c> stands for the device id. 1 to 128 characters without wildcards; default <c>rnnpool-edge/{device}</c>.</summary>
    public string TopicPrefix { get; set; } = "rnnpool-edge/" + DevicePlaceholder;

    /// <summary>User name for the broker. Default: none.</summary>
    public string? UserName { get; set; }

    /// <summary>Password for the broker; sent in the clear, as TLS is not supported yet. Default: none.</summary>
    public string? Password { get; set; }

    /// <summary>Silence after which the broker is pinged, and 1.5 times which it declares the device offline. 5 s to 10 min; default 15 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an answer of the broker is awaited. 1 s to 1 min; default 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Delay before the first attempt to connect again; it doubles with every failure. 0.1 s to 1 min; default 1 s.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest delay between attempts to connect. <see cref="ReconnectDelay"/> to 1 h; default 1 min.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromMinutes(1);
}

internal sealed class MqttOptionsValidator : IValidateOptions<MqttOptions>
{
    public ValidateOptionsResult Validate(string? name, MqttOptions options)
    {
        string? host = options.Host;
        return new SettingRules(MqttOptions.SectionName)
            .Check(nameof(options.Host), host, string.IsNullOrEmpty(host) || IsHost(host), "it must be a host name or an IP address, without mqtt:// or a port")
            .Range(nameof(options.Port), options.Port, 1, 65535)
            .Check(nameof(options.ClientId), options.ClientId, IsPlain(options.ClientId, 64), "it must be 1 to 64 characters without control characters")
            .Check(nameof(options.TopicPrefix), options.TopicPrefix, IsTopic(options.TopicPrefix), "it must be 1 to 128 characters without + or #, and must not begin with $ or begin or end with /")
            .Check(nameof(options.UserName), options.UserName, options.UserName is null || IsPlain(options.UserName, 256), "it must be 1 to 256 characters without control characters")
            .Check(options.Password is { Length: > 1024 } ? "Mqtt:Password is too long; it must be at most 1024 characters." : null)
            .Check(options.Password is not null && options.UserName is null ? "Mqtt:Password is set but Mqtt:UserName is not; a password needs a user name." : null)
            .Range(nameof(options.KeepAlive), options.KeepAlive, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10))
            .Range(nameof(options.Timeout), options.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1))
            .Range(nameof(options.ReconnectDelay), options.ReconnectDelay, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1))
            .Range(nameof(options.MaxReconnectDelay), options.MaxReconnectDelay, options.ReconnectDelay, TimeSpan.FromHours(1))
            .Result();
    }

    private static bool IsHost(string host) => host.Length <= 253 && Uri.CheckHostName(host) != UriHostNameType.Unknown;

    private static bool IsPlain(string? text, int longest) => !string.IsNullOrWhiteSpace(text) && text.Length <= longest && !text.Any(char.IsControl);

    private static bool IsTopic(string? topic) =>
        IsPlain(topic, 128) && topic is not null && !topic.AsSpan().ContainsAny('+', '#') && !topic.StartsWith('$') && !topic.StartsWith('/') && !topic.EndsWith('/') && Encoding.UTF8.GetByteCount(topic) <= 512;
}
