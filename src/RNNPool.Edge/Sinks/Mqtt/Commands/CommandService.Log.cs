namespace RNNPool.Edge.Sinks.Mqtt.Commands;

internal sealed partial class CommandService
{
    [LoggerMessage(1332, LogLevel.Warning, "No picture was published: {Reason}.")]
    private partial void LogNoPicture(string reason);

    [LoggerMessage(1333, LogLevel.Warning, "The MQTT command {Name} failed.")]
    private partial void LogFailed(string name, Exception exception);
}
