using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Exceptions;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>Puts into one sentence why there is no connection.</summary>
internal static class ConnectionFailure
{
    public static string Describe(MqttClientConnectResultCode code, MqttOptions options) =>
        code switch
        {
            MqttClientConnectResultCode.BadUserNameOrPassword => "the broker does not accept Mqtt:UserName and its password.",
            MqttClientConnectResultCode.NotAuthorized => options.UserName is null
                ? "the broker does not let this client in without a name; set Mqtt:UserName and Mqtt:PasswordFile."
                : "the broker does not let this client in; check Mqtt:UserName and its password (Mqtt:Password, Mqtt:PasswordFile or the systemd credential mqtt-password).",
            MqttClientConnectResultCode.ClientIdentifierNotValid => "the broker does not accept Mqtt:ClientId.",
            MqttClientConnectResultCode.UnsupportedProtocolVersion => "the broker does not speak MQTT 5.",
            MqttClientConnectResultCode.Banned => "the broker has banned this client.",
            _ => $"the broker refused the connection ({code}).",
        };

    /// <summary>Why a connection did not come about.</summary>
    /// <param name="exception">What was thrown while connecting.</param>
    /// <param name="options">The connection's settings.</param>
    /// <param name="setup">What the attempt was made with; null when it did not come to that.</param>
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

        // How far the handshake got tells more than the error, which differs with who closed the socket first.
        if (options.Tls.Enabled && setup is not null)
            return DescribeHandshake(options, setup);
        return exception is MqttCommunicationException or IOException or SocketException
            ? "the broker closed the connection without a word; does it want TLS there (Mqtt:Tls:Enabled), or refuse this client?"
            : exception.Message.TrimEnd('.', ' ') + ".";
    }

    /// <summary>Why a connection that stood is gone.</summary>
    public static string DescribeLoss(Exception exception) =>
        exception is MqttCommunicationTimedOutException or OperationCanceledException
            ? "the broker does not answer any more."
            : exception.GetBaseException().Message.TrimEnd('.', ' ') + ".";

    private static string DescribeHandshake(MqttOptions options, BrokerClientOptions setup) =>
        (setup.IsBrokerTrusted, options.Tls.CertificateFile) switch
        {
            (false, _) => $"it does not speak TLS on port {options.EffectivePort}; brokers use 8883 for that, as a rule (Mqtt:Port).",
            (true, null) => "the broker wants a certificate of this device; set Mqtt:Tls:CertificateFile.",
            (true, { } file) => $"the broker does not accept the certificate in Mqtt:Tls:CertificateFile ({file}).",
        };

    private static string? Describe(SocketException exception) =>
        exception.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "nothing listens there.",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the host name is not known.",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown =>
                "there is no way to it through the network.",
            SocketError.TimedOut => "no answer in time.",
            _ => null,
        };
}
