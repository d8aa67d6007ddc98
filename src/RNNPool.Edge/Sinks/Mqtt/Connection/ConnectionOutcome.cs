using MQTTnet;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>How an attempt to connect, or a connection, ended.</summary>
/// <param name="Reason">The reason, as the end of a sentence.</param>
/// <param name="End">Kind of the end.</param>
/// <param name="Lifetime">How long the connection lasted; zero for a failed attempt.</param>
internal readonly record struct ConnectionOutcome(string Reason, ConnectionEnd End, TimeSpan Lifetime)
{
    /// <summary>An attempt that failed.</summary>
    public static ConnectionOutcome Failed(string reason) => new(reason, ConnectionEnd.Failed, TimeSpan.Zero);

    /// <summary>A connection that ended.</summary>
    /// <param name="args">The reason that MQTTnet gives.</param>
    /// <param name="clientId">Client id of this device.</param>
    /// <param name="abortReason">Why this side ended the connection; null if it did not.</param>
    /// <param name="lifetime">How long the connection lasted.</param>
    public static ConnectionOutcome Ended(MqttClientDisconnectedEventArgs args, string clientId, string? abortReason, TimeSpan lifetime)
    {
        if (abortReason is not null)
            return new ConnectionOutcome(abortReason, ConnectionEnd.Lost, lifetime);
        ConnectionEnd end = args switch
        {
            { Reason: MqttClientDisconnectReason.SessionTakenOver } => ConnectionEnd.TakenOver,
            { Reason: MqttClientDisconnectReason.NormalDisconnection, Exception: null } => ConnectionEnd.ClosedSilently,
            _ => ConnectionEnd.Lost,
        };
        return new ConnectionOutcome(Describe(args, clientId), end, lifetime);
    }

    private static string Describe(MqttClientDisconnectedEventArgs args, string clientId) =>
        args.Reason switch
        {
            MqttClientDisconnectReason.SessionTakenOver =>
                $"another client has taken the client id '{clientId}'; each device needs its own Mqtt:ClientId.",
            MqttClientDisconnectReason.ServerShuttingDown => "the broker was shut down.",
            MqttClientDisconnectReason.KeepAliveTimeout => "the broker received nothing from this device for too long.",
            MqttClientDisconnectReason.NotAuthorized => "the broker no longer accepts this client; check Mqtt:UserName and its password.",
            MqttClientDisconnectReason.NormalDisconnection when args.Exception is null =>
                "the broker closed the connection without a reason.",
            _ when args.Exception is { } exception => ConnectionFailure.DescribeLoss(exception),
            _ => $"the broker ended the connection ({args.Reason}).",
        };
}
