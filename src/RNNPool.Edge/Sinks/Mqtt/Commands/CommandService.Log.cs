namespace RNNPool.Edge.Sinks.Mqtt.Commands;

internal sealed partial class CommandService
{
    [LoggerMessage(1330, LogLevel.Warning, "The MQTT command {Topic} was ignored: {Reason}.")]
    private partial void LogIgnored(string topic, string reason);

    [LoggerMessage(
        1331,
        LogLevel.Warning,
        "The MQTT command {Topic} was ignored because it is retained: it would be carried out again after every restart. Clear it with an empty retained message."
    )]
    private partial void LogRetained(string topic);

    [LoggerMessage(1332, LogLevel.Warning, "No picture was published: {Reason}.")]
    private partial void LogNoPicture(string reason);

    [LoggerMessage(1333, LogLevel.Warning, "The MQTT command {Name} failed.")]
    private partial void LogFailed(string name, Exception exception);

    [LoggerMessage(1334, LogLevel.Warning, "{Count} more MQTT commands were ignored; the last one was {Topic}.")]
    private partial void LogMoreIgnored(long count, string topic);
}
