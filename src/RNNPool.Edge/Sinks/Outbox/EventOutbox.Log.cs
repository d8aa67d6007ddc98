namespace RNNPool.Edge.Sinks.Outbox;

internal sealed partial class EventOutbox
{
    [LoggerMessage(
        1324,
        LogLevel.Warning,
        "Events for {Peer} were dropped: {Full} because more than {MaxEvents} were waiting, {Expired} because they had waited for "
            + "longer than {MaxAge} (limits of {Key}); {Total} since the start."
    )]
    private static partial void LogDropped(
        ILogger logger,
        string peer,
        long full,
        int maxEvents,
        string key,
        long expired,
        TimeSpan maxAge,
        long total
    );

    [LoggerMessage(1325, LogLevel.Warning, "An event was dropped: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
