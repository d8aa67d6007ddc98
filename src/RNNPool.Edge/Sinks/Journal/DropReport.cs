namespace RNNPool.Edge.Sinks.Journal;

/// <summary>Logs dropped events, at most every ten seconds. Not thread-safe.</summary>
internal sealed partial class DropReport(TimeProvider timeProvider, ILogger<EventJournal> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;
    private long _reported;
    private long _lastReport;

    /// <summary>Logs the events that were dropped since the last report.</summary>
    /// <param name="dropped">Events dropped since the start.</param>
    public void Report(long dropped)
    {
        long fresh = dropped - _reported;
        if (fresh <= 0 || (_lastReport != 0 && timeProvider.GetElapsedTime(_lastReport) < Interval))
            return;
        _lastReport = timeProvider.GetTimestamp();
        _reported = dropped;
        LogDropped(fresh, dropped);
    }

    [LoggerMessage(
        1915,
        LogLevel.Warning,
        "Too many events wait for the journal: {Fresh} more dropped, the oldest first; {Total} since the start."
    )]
    private partial void LogDropped(long fresh, long total);
}
