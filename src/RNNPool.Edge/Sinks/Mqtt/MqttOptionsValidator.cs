using System.Text;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Checks the values of the section <c>Mqtt</c>; <see cref="MqttFileCheck"/> reads the files that they name.</summary>
internal sealed class MqttOptionsValidator : IValidateOptions<MqttOptions>
{
    private const int MaxTopicBytes = 512;

    public ValidateOptionsResult Validate(string? name, MqttOptions options)
    {
        SettingRules rules = new SettingRules(MqttOptions.SectionName)
            .Attributes(options)
            .Check(
                nameof(options.Host),
                options.Host,
                string.IsNullOrEmpty(options.Host) || IsHost(options.Host),
                "it must be a host name or an IP address, without mqtt:// or a port"
            )
            .Check(
                "Tls:ServerName",
                options.Tls.ServerName,
                options.Tls.ServerName is null || IsHost(options.Tls.ServerName),
                "it must be a host name or an IP address"
            )
            .Check(
                nameof(options.TopicPrefix),
                options.TopicPrefix,
                Encoding.UTF8.GetByteCount(options.TopicPrefix ?? "") <= MaxTopicBytes,
                $"it must have at most {MaxTopicBytes} bytes in UTF-8"
            )
            .Check(
                nameof(options.MaxReconnectDelay),
                options.MaxReconnectDelay,
                options.MaxReconnectDelay >= options.ReconnectDelay,
                $"it must be from {options.ReconnectDelay} to 01:00:00"
            );
        return rules.Result();
    }

    private static bool IsHost(string host) => host.Length is > 0 and <= 253 && Uri.CheckHostName(host) != UriHostNameType.Unknown;
}
