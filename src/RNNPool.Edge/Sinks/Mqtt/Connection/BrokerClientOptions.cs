using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Protocol;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>
/// The MQTTnet options of one connection. Secrets and certificates are read for each connection, so that renewed ones are used.
/// </summary>
internal sealed class BrokerClientOptions : IDisposable
{
    /// <summary>
    /// Largest packet that this client accepts, in bytes. Commands are short; the limit keeps other clients from filling the memory.
    /// </summary>
    private const uint MaxReceived = 16 * 1024;

    private readonly TlsMaterial? _material;
    private readonly ServerCertificateCheck? _check;

    private BrokerClientOptions(MqttClientOptions options, TlsMaterial? material, ServerCertificateCheck? check)
    {
        Options = options;
        _material = material;
        _check = check;
    }

    /// <summary>The options.</summary>
    public MqttClientOptions Options { get; }

    /// <summary>Why the broker's certificate was rejected; null if it was not.</summary>
    public string? Objection => _check?.Objection;

    /// <summary>Whether a TLS handshake has accepted the broker's certificate.</summary>
    public bool IsBrokerTrusted => _check is { IsDone: true, Objection: null };

    /// <summary>Reads the files that the settings name.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="clientId">The client id.</param>
    /// <param name="willTopic">Topic of the Will <c>offline</c>; null for no Will.</param>
    /// <exception cref="BrokerSetupException">A file cannot be read or is invalid.</exception>
    public static BrokerClientOptions Create(MqttOptions options, string clientId, string? willTopic)
    {
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.EffectivePort)
            .WithClientId(clientId)
            .WithCleanStart(true)
            .WithMaximumPacketSize(MaxReceived)
            .WithKeepAlivePeriod(options.KeepAlive)
            .WithTimeout(options.Timeout);
        if (willTopic is not null)
        {
            builder = builder
                .WithWillTopic(willTopic)
                .WithWillPayload(MqttTopics.Offline)
                .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
                .WithWillRetain();
        }

        if (options.UserName is not null)
            builder = builder.WithCredentials(options.UserName, BrokerSecrets.Password(options) ?? "");
        if (TlsMaterial.Load(options.Tls) is not { } material)
            return new BrokerClientOptions(builder.Build(), null, null);

        string name = options.Tls.ServerName ?? options.Host!;
        var check = new ServerCertificateCheck(name, material.Authorities, options.Tls.CaFile);
        builder = builder.WithTlsOptions(tls =>
        {
            tls.UseTls()
                .WithTargetHost(name)
                .WithSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13)
                .WithRevocationMode(X509RevocationMode.NoCheck)
                .WithCertificateValidationHandler(args => check.Accept(args.Certificate, args.Chain, args.SslPolicyErrors));
            if (material.Client is { } client)
                tls.WithClientCertificates([client]);
        });
        return new BrokerClientOptions(builder.Build(), material, check);
    }

    public void Dispose() => _material?.Dispose();
}
