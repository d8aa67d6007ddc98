using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Exceptions;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>Describes in one sentence why there is no connection.</summary>
internal static class ConnectionFailure
{
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
            MqttClientConnectResultCode.UnsupportedProtocolVersion => "the broker does not support MQTT 5.",
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
            (true, null) => "the broker requires a client certificate; set Mqtt:Tls:CertificateFile.",
            (true, { } file) => $"the broker rejects the certificate in Mqtt:Tls:CertificateFile ({file}).",
        };

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
