namespace RNNPool.Edge.Sinks.Journal;

public sealed partial class EventJournal
{
    [LoggerMessage(1910, LogLevel.Warning, "The journal is stopped: {Reason} The device runs on; trying again in {Seconds:0} s.")]
    private partial void LogStopped(string reason, double seconds);

    [LoggerMessage(1911, LogLevel.Information, "The journal keeps events again; {Lost} were lost meanwhile.")]
    private partial void LogResumed(long lost);

    [LoggerMessage(1912, LogLevel.Error, "The journal was damaged: {Reason} It is set aside as {File}, and a new one is begun.")]
    private partial void LogSetAside(string reason, string file);

    [LoggerMessage(1913, LogLevel.Debug, "{Count} events were deleted from the journal, for their age or its size.")]
    private partial void LogPruned(int count);

    [LoggerMessage(1914, LogLevel.Warning, "No picture for the journal: {Reason}")]
    private partial void LogNoThumbnail(string reason);
}
