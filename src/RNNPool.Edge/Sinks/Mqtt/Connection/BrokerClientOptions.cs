using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>
/// The files and settings of one connection. Secrets and certificates are read for each connection, so that renewed ones are used.
/// </summary>
internal sealed class BrokerClientOptions : IDisposable
{
    private readonly MqttOptions _options;
    private readonly string _clientId;
    private readonly string? _willTopic;
    private readonly string? _password;
    private readonly TlsMaterial? _material;
    private readonly ServerCertificateCheck? _check;
    private readonly BrokerStream _stream;

    private BrokerClientOptions(MqttOptions options, string clientId, string? willTopic, TimeProvider time)
    {
        _options = options;
        _clientId = clientId;
        _willTopic = willTopic;
        _password = BrokerSecrets.Password(options);
        _material = TlsMaterial.Load(options.Tls);
        string name = options.Tls.ServerName ?? options.Host!;
        _check = _material is null ? null : new ServerCertificateCheck(name, _material.Authorities, options.Tls.CaFile);
        _stream = new BrokerStream(_material is null ? null : CreateTls(_material, _check!, name), time);
    }

    /// <summary>Why the broker's certificate was rejected; null if it was not.</summary>
    public string? Objection => _check?.Objection;

    /// <summary>Whether a TLS handshake has accepted the broker's certificate.</summary>
    public bool IsBrokerTrusted => _check is { IsDone: true, Objection: null };

    /// <summary>Whether the stream to the broker was opened, with TLS if the settings say so.</summary>
    public bool WasOpened => _stream.WasOpened;

    /// <summary>The certificate of this device; null when there is none.</summary>
    public X509Certificate2? ClientCertificate => _material?.Client;

    /// <summary>Reads the files that the settings name.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="clientId">The client id.</param>
    /// <param name="willTopic">Topic of the Will <c>offline</c>; null for no Will.</param>
    /// <param name="time">Clock of the attempts to connect.</param>
    /// <exception cref="BrokerSetupException">A file cannot be read or is invalid.</exception>
    public static BrokerClientOptions Create(MqttOptions options, string clientId, string? willTopic, TimeProvider time) =>
        new(options, clientId, willTopic, time);

    /// <summary>The options of MQTTnet for an attempt.</summary>
    public MqttClientOptions Build(BrokerTerms terms)
    {
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(_options.Host, _options.EffectivePort)
            .WithStreamProvider(_stream)
            .WithProtocolVersion(terms.Version)
            .WithClientId(_clientId)
            .WithCleanStart(true)
            .WithKeepAlivePeriod(_options.KeepAlive)
            .WithTimeout(_options.Timeout);
        if (terms.Version == MqttProtocolVersion.V500)
            builder = builder.WithMaximumPacketSize(BrokerStream.MaxReceived);
        if (_willTopic is not null)
        {
            builder = builder
                .WithWillTopic(_willTopic)
                .WithWillPayload(MqttTopics.Offline)
                .WithWillQualityOfServiceLevel(terms.QualityOfService)
                .WithWillRetain(terms.Retains);
        }

        if (_options.UserName is not null)
            builder = builder.WithCredentials(_options.UserName, _password ?? "");
        return builder.Build();
    }

    public void Dispose() => _material?.Dispose();

    private static SslClientAuthenticationOptions CreateTls(TlsMaterial material, ServerCertificateCheck check, string name) =>
        new()
        {
            TargetHost = name,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => check.Accept(certificate, chain, errors),
            ClientCertificateContext = material.Client is { } client
                ? SslStreamCertificateContext.Create(client, material.Intermediates, offline: true)
                : null,
        };
}
