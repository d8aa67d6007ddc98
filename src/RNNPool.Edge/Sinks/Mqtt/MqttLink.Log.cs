namespace RNNPool.Edge.Sinks.Mqtt;

internal sealed partial class MqttLink
{
    [LoggerMessage(1313, LogLevel.Warning, "The broker refuses the subscription to {Filter} ({Code}); commands on it are not received.")]
    private static partial void LogSubscriptionRefused(ILogger logger, string filter, string code);

    [LoggerMessage(1314, LogLevel.Information, "{Count} events are waiting for the broker; they are published after the next start.")]
    private static partial void LogLeftOnDisk(ILogger logger, int count);

    [LoggerMessage(
        1315,
        LogLevel.Warning,
        "{Count} events that were waiting for the broker are lost, because they are not stored on disk."
    )]
    private static partial void LogLost(ILogger logger, int count);
}
