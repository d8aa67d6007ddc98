namespace RNNPool.Edge.Sinks.Journal;

internal sealed partial class EventJournal
{
    [LoggerMessage(1911, LogLevel.Information, "The journal stores events again; {Lost} were lost meanwhile.")]
    private partial void LogResumed(long lost);

    [LoggerMessage(1914, LogLevel.Warning, "The event is stored without a picture: {Reason}")]
    private partial void LogNoThumbnail(string reason);

    [LoggerMessage(
        1915,
        LogLevel.Warning,
        "Too many events wait for the journal: {Fresh} more dropped, the oldest first; {Total} since the start."
    )]
    private partial void LogDropped(long fresh, long total);
}
