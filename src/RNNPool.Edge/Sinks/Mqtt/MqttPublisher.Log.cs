namespace RNNPool.Edge.Sinks.Mqtt;

internal sealed partial class MqttPublisher
{
    [LoggerMessage(1310, LogLevel.Debug, "Published {Bytes} bytes to {Topic}.")]
    private static partial void LogPublished(ILogger logger, string topic, int bytes);

    [LoggerMessage(1311, LogLevel.Debug, "Publishing is interrupted: {Reason}")]
    private static partial void LogInterrupted(ILogger logger, string reason);

    [LoggerMessage(1312, LogLevel.Warning, "A topic is not published: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
