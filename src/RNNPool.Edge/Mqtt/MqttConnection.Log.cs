namespace RNNPool.Edge.Mqtt;

internal sealed partial class MqttConnection
{
    [LoggerMessage(1300, LogLevel.Information, "Connected to the MQTT broker {Broker} as {ClientId}; the state is at {StateTopic}.")]
    private static partial void LogConnected(ILogger logger, string broker, string clientId, string stateTopic);

    [LoggerMessage(1301, LogLevel.Warning, "Not connected to the MQTT broker {Broker}: {Reason} Trying again in {Seconds:0.#} s.")]
    private static partial void LogDisconnected(ILogger logger, string broker, string reason, double seconds);

    [LoggerMessage(1302, LogLevel.Warning, "The MQTT broker was left without a goodbye: {Reason}")]
    private static partial void LogNotSaidGoodbye(ILogger logger, string reason);
}
