namespace RNNPool.Edge.Sinks.Mqtt.HomeAssistant;

internal sealed partial class DiscoveryService
{
    [LoggerMessage(1340, LogLevel.Information, "Announcing {Entities} entities to Home Assistant on {Topic}.")]
    private partial void LogAnnounced(int entities, string topic);

    [LoggerMessage(1341, LogLevel.Information, "Home Assistant has started; announcing the device again in {Seconds:0.0} s.")]
    private partial void LogHomeAssistantStarted(double seconds);

    [LoggerMessage(1342, LogLevel.Information, "Removing the announcement on {Topic} from Home Assistant.")]
    private partial void LogRemoved(string topic);

    [LoggerMessage(
        1343,
        LogLevel.Information,
        "Announcing {Entities} entities in a message each, because the broker does not accept the {Bytes} bytes of {Topic}."
    )]
    private partial void LogSplit(int entities, string topic, int bytes);

    [LoggerMessage(1344, LogLevel.Information, "Announcing {Entities} entities of {Device} to Home Assistant in a message each.")]
    private partial void LogComponents(int entities, string device);
}
