using System.Text;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Sinks.Mqtt.Connection;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Checks the section <c>Mqtt</c>; files that it names are read, as a connection would read them.</summary>
internal sealed class MqttOptionsValidator : IValidateOptions<MqttOptions>
{
    public ValidateOptionsResult Validate(string? name, MqttOptions options)
    {
        string? host = options.Host;
        var rules = new SettingRules(MqttOptions.SectionName)
            .Check(
                nameof(options.Host),
                host,
                string.IsNullOrEmpty(host) || IsHost(host),
                "it must be a host name or an IP address, without mqtt:// or a port"
            )
            .Range(nameof(options.Port), options.EffectivePort, 1, 65535)
            .Check(
                nameof(options.ClientId),
                options.ClientId,
                IsPlain(options.ClientId, 64),
                "it must be 1 to 64 characters without control characters"
            )
            .Check(
                nameof(options.TopicPrefix),
                options.TopicPrefix,
                IsTopic(options.TopicPrefix),
                "it must be 1 to 128 characters without + or #, and must not begin with $ or begin or end with /"
            )
            .Check(
                nameof(options.UserName),
                options.UserName,
                options.UserName is null || IsPlain(options.UserName, 256),
                "it must be 1 to 256 characters without control characters"
            )
            .Check(options.Password is { Length: > 1024 } ? "Mqtt:Password is too long; it must be at most 1024 characters." : null)
            .Check(
                options.Password is not null && options.PasswordFile is not null
                    ? "Mqtt:Password and Mqtt:PasswordFile are both set; one of them must go."
                    : null
            )
            .Check(
                options.UserName is null && (options.Password ?? options.PasswordFile) is not null
                    ? $"Mqtt:{(options.Password is null ? nameof(options.PasswordFile) : nameof(options.Password))} is set but Mqtt:UserName is not; a password needs a user name."
                    : null
            )
            .Range(nameof(options.KeepAlive), options.KeepAlive, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10))
            .Range(nameof(options.Timeout), options.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1))
            .Range(nameof(options.ReconnectDelay), options.ReconnectDelay, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1))
            .Range(nameof(options.MaxReconnectDelay), options.MaxReconnectDelay, options.ReconnectDelay, TimeSpan.FromHours(1));
        rules
            .Range("Outbox:MaxEvents", options.Outbox.MaxEvents, 1, 100_000)
            .Range("Outbox:MaxAge", options.Outbox.MaxAge, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365))
            .Range(nameof(options.ReportInterval), options.ReportInterval, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1))
            .Range(nameof(options.SnapshotWidth), options.SnapshotWidth, SnapshotSource.MinWidth, SnapshotSource.MaxWidth);
        CheckTls(rules, options.Tls);
        if (!string.IsNullOrEmpty(host))
            CheckFiles(rules, options);
        return rules.Result();
    }

    private static void CheckTls(SettingRules rules, MqttTlsOptions tls)
    {
        string? orphan =
            tls.Enabled ? null
            : tls.CaFile is not null ? nameof(tls.CaFile)
            : tls.CertificateFile is not null ? nameof(tls.CertificateFile)
            : tls.KeyFile is not null ? nameof(tls.KeyFile)
            : tls.ServerName is not null ? nameof(tls.ServerName)
            : null;
        rules
            .Check(orphan is null ? null : $"Mqtt:Tls:{orphan} is set but Mqtt:Tls:Enabled is false; without TLS it has no effect.")
            .Check(
                tls.KeyFile is not null && tls.CertificateFile is null
                    ? "Mqtt:Tls:KeyFile is set but Mqtt:Tls:CertificateFile is not; a key needs its certificate."
                    : null
            )
            .Check(tls.KeyPassword is { Length: > 1024 } ? "Mqtt:Tls:KeyPassword is too long; it must be at most 1024 characters." : null)
            .Check(
                tls.KeyPassword is not null && tls.KeyPasswordFile is not null
                    ? "Mqtt:Tls:KeyPassword and Mqtt:Tls:KeyPasswordFile are both set; one of them must go."
                    : null
            )
            .Check(
                "Tls:ServerName",
                tls.ServerName,
                tls.ServerName is null || IsHost(tls.ServerName),
                "it must be a host name or an IP address"
            );
    }

    private static void CheckFiles(SettingRules rules, MqttOptions options)
    {
        try
        {
            BrokerSecrets.Password(options);
            using TlsMaterial? material = TlsMaterial.Load(options.Tls);
        }
        catch (BrokerSetupException exception)
        {
            rules.Check(exception.Message);
        }
    }

    private static bool IsHost(string host) => host.Length is > 0 and <= 253 && Uri.CheckHostName(host) != UriHostNameType.Unknown;

    private static bool IsPlain(string? text, int longest) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= longest && !text.Any(char.IsControl);

    private static bool IsTopic(string? topic) =>
        IsPlain(topic, 128)
        && topic is not null
        && !topic.AsSpan().ContainsAny('+', '#')
        && !topic.StartsWith('$')
        && !topic.StartsWith('/')
        && !topic.EndsWith('/')
        && Encoding.UTF8.GetByteCount(topic) <= 512;
}
