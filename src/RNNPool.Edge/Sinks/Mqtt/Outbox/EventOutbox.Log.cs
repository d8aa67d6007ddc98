namespace RNNPool.Edge.Sinks.Mqtt.Outbox;

internal sealed partial class EventOutbox
{
    [LoggerMessage(
        1324,
        LogLevel.Warning,
        "Events for the broker were dropped: {Full} because more than {MaxEvents} were waiting (Mqtt:Outbox:MaxEvents), {Expired} because "
            + "they had waited for longer than {MaxAge} (Mqtt:Outbox:MaxAge); {Total} since the start."
    )]
    private static partial void LogDropped(ILogger logger, long full, int maxEvents, long expired, TimeSpan maxAge, long total);

    [LoggerMessage(1325, LogLevel.Warning, "An event was dropped: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
