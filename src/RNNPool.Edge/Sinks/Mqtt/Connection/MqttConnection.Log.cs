namespace RNNPool.Edge.Sinks.Mqtt.Connection;

internal sealed partial class MqttConnection
{
    [LoggerMessage(1300, LogLevel.Information, "Connected to the MQTT broker {Broker}{Tls} as {ClientId}; the state is at {StateTopic}.")]
    private static partial void LogConnected(ILogger logger, string broker, string tls, string clientId, string stateTopic);

    [LoggerMessage(1301, LogLevel.Warning, "Not connected to the MQTT broker {Broker}: {Reason} Trying again in {Seconds:0.#} s.")]
    private static partial void LogDisconnected(ILogger logger, string broker, string reason, double seconds);

    [LoggerMessage(1302, LogLevel.Warning, "The MQTT broker was left without a goodbye: {Reason}")]
    private static partial void LogNotSaidGoodbye(ILogger logger, string reason);

    [LoggerMessage(
        1303,
        LogLevel.Error,
        "Another client has taken the client id '{ClientId}' of this device at {Broker}, {Times} times now. Each device needs its own Mqtt:ClientId. Coming back in {Seconds:0.#} s, so as not to throw the other one out in turn."
    )]
    private static partial void LogTakenOver(ILogger logger, string clientId, string broker, int times, double seconds);
}
