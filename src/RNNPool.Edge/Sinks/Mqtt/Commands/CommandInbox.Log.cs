namespace RNNPool.Edge.Sinks.Mqtt.Commands;

internal sealed partial class CommandInbox
{
    [LoggerMessage(1330, LogLevel.Warning, "The MQTT command {Topic} was ignored: {Reason}.")]
    private partial void LogIgnored(string topic, string reason);

    [LoggerMessage(
        1331,
        LogLevel.Warning,
        "The MQTT command {Topic} was ignored because it is retained: the broker would send it again after each restart. Delete it with an "
            + "empty retained message."
    )]
    private partial void LogRetained(string topic);

    [LoggerMessage(1334, LogLevel.Warning, "{Count} more MQTT commands were ignored; the last one was {Topic}.")]
    private partial void LogMoreIgnored(long count, string topic);
}
