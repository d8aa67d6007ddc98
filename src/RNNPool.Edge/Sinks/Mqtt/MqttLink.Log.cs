namespace RNNPool.Edge.Sinks.Mqtt;

internal sealed partial class MqttLink
{
    [LoggerMessage(1310, LogLevel.Debug, "Published {Bytes} bytes to {Topic}.")]
    private static partial void LogPublished(ILogger logger, string topic, int bytes);

    [LoggerMessage(1311, LogLevel.Debug, "Publishing is interrupted: {Reason}")]
    private static partial void LogInterrupted(ILogger logger, string reason);

    [LoggerMessage(1312, LogLevel.Warning, "A state was not published: {Reason}")]
    private static partial void LogStateRefused(ILogger logger, string reason);

    [LoggerMessage(
        1313,
        LogLevel.Warning,
        "The broker does not let this client subscribe to {Filter} ({Code}); commands there are not heard."
    )]
    private static partial void LogSubscriptionRefused(ILogger logger, string filter, string code);

    [LoggerMessage(1314, LogLevel.Information, "{Count} events wait for the broker; the next run publishes them.")]
    private static partial void LogLeftOnDisk(ILogger logger, int count);

    [LoggerMessage(1315, LogLevel.Warning, "{Count} events that waited for the broker are lost, as they are not kept on disk.")]
    private static partial void LogLost(ILogger logger, int count);
}
