namespace RNNPool.Edge.Sinks.Mqtt.Connection;

internal sealed partial class MqttConnection
{
    private void LogConnection()
    {
        BrokerTerms terms = _session.Terms;
        LogConnected(_logger, _options.Broker, terms.VersionText, _options.Tls.Enabled ? " over TLS" : "", _clientId, _topics.State);
        if (!terms.Acknowledges)
            LogUnacknowledged(_logger, _options.Broker);
        if (!terms.Retains)
            LogNotRetained(_logger, _options.Broker);
    }

    [LoggerMessage(
        1300,
        LogLevel.Information,
        "Connected to the MQTT broker {Broker} by MQTT {Protocol}{Tls} as {ClientId}; the state topic is {StateTopic}."
    )]
    private static partial void LogConnected(
        ILogger logger,
        string broker,
        string protocol,
        string tls,
        string clientId,
        string stateTopic
    );

    [LoggerMessage(1301, LogLevel.Warning, "Not connected to the MQTT broker {Broker}: {Reason} Retrying in {Seconds:0.#} s.")]
    private static partial void LogDisconnected(ILogger logger, string broker, string reason, double seconds);

    [LoggerMessage(1302, LogLevel.Warning, "The connection to the MQTT broker was closed without publishing 'offline': {Reason}")]
    private static partial void LogOfflineNotPublished(ILogger logger, string reason);

    [LoggerMessage(
        1303,
        LogLevel.Error,
        "Another client has used the client id '{ClientId}' of this device at {Broker}, {Times} times so far. Each device needs its own "
            + "Mqtt:ClientId. Reconnecting in {Seconds:0.#} s, so that the two clients do not disconnect each other continuously."
    )]
    private static partial void LogTakenOver(ILogger logger, string clientId, string broker, int times, double seconds);

    [LoggerMessage(
        1304,
        LogLevel.Warning,
        "The MQTT broker {Broker} supports QoS 0 only: messages are not acknowledged, and an event can be lost with the connection."
    )]
    private static partial void LogUnacknowledged(ILogger logger, string broker);

    [LoggerMessage(
        1305,
        LogLevel.Warning,
        "The MQTT broker {Broker} does not retain messages: a subscriber that connects later receives a state with the next report "
            + "(Mqtt:ReportInterval), and the broker does not keep 'offline'."
    )]
    private static partial void LogNotRetained(ILogger logger, string broker);
}
