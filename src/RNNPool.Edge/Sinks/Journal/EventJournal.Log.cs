namespace RNNPool.Edge.Sinks.Journal;

internal sealed partial class EventJournal
{
    [LoggerMessage(1911, LogLevel.Information, "The journal stores events again; {Lost} were lost meanwhile.")]
    private partial void LogResumed(long lost);
}
