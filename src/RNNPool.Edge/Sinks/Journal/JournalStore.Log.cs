namespace RNNPool.Edge.Sinks.Journal;

internal sealed partial class JournalStore
{
    [LoggerMessage(
        1910,
        LogLevel.Warning,
        "The journal is stopped: {Reason} The device keeps running; the next attempt is in {Seconds:0} s."
    )]
    private static partial void LogStopped(ILogger logger, string reason, double seconds);

    [LoggerMessage(1912, LogLevel.Error, "The journal was damaged: {Reason} It was renamed to {File}, and a new journal was created.")]
    private static partial void LogSetAside(ILogger logger, string reason, string file);

    [LoggerMessage(1913, LogLevel.Debug, "{Count} events were deleted from the journal because of their age or its size.")]
    private static partial void LogPruned(ILogger logger, int count);

    [LoggerMessage(1916, LogLevel.Information, "{Count} pictures were deleted from the journal because they are not allowed.")]
    private static partial void LogPicturesErased(ILogger logger, int count);
}
