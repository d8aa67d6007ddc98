using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Exceptions;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>Describes in one sentence why there is no connection.</summary>
internal static class ConnectionFailure
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public static string Describe(MqttClientConnectResultCode code, MqttOptions options) =>
        code switch
        {
            MqttClientConnectResultCode.BadUserNameOrPassword => "the broker rejects Mqtt:UserName and its password.",
            MqttClientConnectResultCode.NotAuthorized when options.UserName is null =>
                "the broker rejects clients without a user name; set Mqtt:UserName and Mqtt:PasswordFile.",
            MqttClientConnectResultCode.NotAuthorized =>
                "the broker rejects this client; check Mqtt:UserName and its password (Mqtt:Password, Mqtt:PasswordFile or the systemd "
                    + "credential mqtt-password).",
            MqttClientConnectResultCode.ClientIdentifierNotValid => "the broker rejects Mqtt:ClientId.",
            MqttClientConnectResultCode.UnsupportedProtocolVersion => "the broker supports neither MQTT 5 nor MQTT 3.1.1.",
            MqttClientConnectResultCode.ServerUnavailable or MqttClientConnectResultCode.ServerBusy => "the broker is not available now.",
            MqttClientConnectResultCode.Banned => "the broker has banned this client.",
            _ => $"the broker refused the connection ({code}).",
        };

    /// <summary>Describes why an attempt to connect failed.</summary>
    /// <param name="exception">The exception of the attempt.</param>
    /// <param name="options">The settings.</param>
    /// <param name="setup">The options of the attempt; null if it failed before.</param>
    public static string Describe(Exception exception, MqttOptions options, BrokerClientOptions? setup)
    {
        if (setup?.Objection is { } objection)
            return objection;
        for (Exception? at = exception; at is not null; at = at.InnerException)
        {
            if (at is BrokerSetupException)
                return at.Message;
            if (at is MqttCommunicationTimedOutException or OperationCanceledException or TimeoutException)
                return "no answer in time.";
            if (at is SocketException socket && Describe(socket) is { } sentence)
                return sentence;
        }

        if (TlsAlert.Find(exception) is { } alert)
            return DescribeAlert(alert, options, setup);

        // The progress of the handshake is more reliable than the error, which depends on the side that closes the socket first.
        if (options.Tls.Enabled && setup is not null)
            return DescribeHandshake(options, setup);
        return exception is MqttCommunicationException or IOException or SocketException
            ? "the broker closed the connection without a reason; does this port require TLS (Mqtt:Tls:Enabled), or is this client refused?"
            : exception.Message.TrimEnd('.', ' ') + ".";
    }

    /// <summary>Describes why an established connection was lost.</summary>
    public static string DescribeLoss(Exception exception) =>
        exception is MqttCommunicationTimedOutException or OperationCanceledException
            ? "the broker stopped answering."
            : exception.GetBaseException().Message.TrimEnd('.', ' ') + ".";

    private static string DescribeHandshake(MqttOptions options, BrokerClientOptions setup) =>
        (setup.IsBrokerTrusted, options.Tls.CertificateFile) switch
        {
            (false, _) => $"there is no TLS on port {options.EffectivePort}; the usual port for TLS is 8883 (Mqtt:Port).",
            (true, null) => "the broker closed the connection after the TLS handshake; it may require a client certificate "
                + "(Mqtt:Tls:CertificateFile).",
            (true, { } file) => $"the broker rejects the certificate in Mqtt:Tls:CertificateFile ({file}){DescribeOwn(setup)}.",
        };

    private static string DescribeAlert(int alert, MqttOptions options, BrokerClientOptions? setup) =>
        (alert, options.Tls.CertificateFile) switch
        {
            (TlsAlert.ProtocolVersion, _) => "the broker supports neither TLS 1.2 nor TLS 1.3.",
            (TlsAlert.CertificateRequired, _) or (_, null) when setup is { IsBrokerTrusted: true } =>
                "the broker requires a client certificate; set Mqtt:Tls:CertificateFile.",
            (_, { } file) when setup is { IsBrokerTrusted: true } =>
                $"the broker rejects the certificate in Mqtt:Tls:CertificateFile ({file}){DescribeCertificateAlert(alert, setup)}.",
            _ => $"the broker ended the TLS handshake (alert {alert}); it may not accept the ciphers of this device.",
        };

    private static string DescribeCertificateAlert(int alert, BrokerClientOptions setup) =>
        alert switch
        {
            TlsAlert.CertificateExpired => ": it has expired, or the clock of the broker is wrong",
            TlsAlert.CertificateRevoked => ": it is revoked",
            TlsAlert.UnsupportedCertificate =>
                ": its extended key usage lacks clientAuth, or its key is of a kind that the broker does not accept",
            TlsAlert.UnknownCa =>
                $": the broker does not know the authority {Issuer(setup)}, or the file lacks the certificates between them",
            TlsAlert.AccessDenied => ": it has no access",
            _ => DescribeOwn(setup),
        };

    /// <summary>What the device itself knows against its certificate.</summary>
    private static string DescribeOwn(BrokerClientOptions setup)
    {
        if (setup.ClientCertificate is not { } certificate)
            return "";
        DateTime now = DateTime.UtcNow;
        if (certificate.NotAfter.ToUniversalTime() < now)
            return $": it expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC";
        bool isForOthers = certificate
            .Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().All(oid => oid.Value != ClientAuthentication));
        return isForOthers
            ? ": its extended key usage lacks clientAuth"
            : $"; does the broker know the authority {Issuer(setup)}, and does the file hold the certificates between them?";
    }

    private static string Issuer(BrokerClientOptions setup) => SettingRules.Printable(setup.ClientCertificate?.Issuer ?? "");

    private static string? Describe(SocketException exception) =>
        exception.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "no server listens on this port.",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the host name is unknown.",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown => "the network has no route to it.",
            SocketError.TimedOut => "no answer in time.",
            _ => null,
        };
}
