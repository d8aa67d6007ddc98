namespace RNNPool.Edge.Sinks.Mqtt.Outbox;

internal sealed partial class EventOutbox
{
    [LoggerMessage(1320, LogLevel.Information, "{Count} events of an earlier run wait in {File} for the broker.")]
    private static partial void LogFound(ILogger logger, int count, string file);

    [LoggerMessage(1321, LogLevel.Warning, "Waiting events are kept in memory only and are lost by a restart: {Reason}")]
    private static partial void LogMemoryOnly(ILogger logger, string reason);

    [LoggerMessage(1322, LogLevel.Information, "Waiting events are kept in {File} again; {Count} were written to it.")]
    private static partial void LogDiskAgain(ILogger logger, string file, int count);

    [LoggerMessage(
        1323,
        LogLevel.Warning,
        "The outbox {File} was damaged and has been put aside as {Aside}; what waited in it is not published."
    )]
    private static partial void LogPutAside(ILogger logger, string file, string aside);

    [LoggerMessage(
        1324,
        LogLevel.Warning,
        "Events for the broker were dropped: {Full} because more than {MaxEvents} wait (Mqtt:Outbox:MaxEvents), {Expired} because they waited for longer than {MaxAge} (Mqtt:Outbox:MaxAge); {Total} since the start."
    )]
    private static partial void LogDropped(ILogger logger, long full, int maxEvents, long expired, TimeSpan maxAge, long total);

    [LoggerMessage(1325, LogLevel.Warning, "An event was dropped: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
