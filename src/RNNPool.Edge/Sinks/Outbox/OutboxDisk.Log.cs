namespace RNNPool.Edge.Sinks.Outbox;

internal sealed partial class OutboxDisk
{
    [LoggerMessage(1320, LogLevel.Information, "{Count} events of an earlier run are waiting in {File} for {Peer}.")]
    private static partial void LogFound(ILogger logger, int count, string file, string peer);

    [LoggerMessage(1321, LogLevel.Warning, "Waiting events are kept in memory only, so that a restart loses them: {Reason}")]
    private static partial void LogMemoryOnly(ILogger logger, string reason);

    [LoggerMessage(1322, LogLevel.Information, "Waiting events are stored in {File} again; {Count} were written.")]
    private static partial void LogDiskAgain(ILogger logger, string file, int count);

    [LoggerMessage(1323, LogLevel.Warning, "The outbox {File} is damaged and was renamed to {Aside}; its events are not published.")]
    private static partial void LogPutAside(ILogger logger, string file, string aside);
}
