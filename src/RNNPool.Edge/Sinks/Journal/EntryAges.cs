namespace RNNPool.Edge.Sinks.Journal;

/// <summary>
/// Measures the age of the events of this run by the monotonic clock, because the wall-clock time in an event is wrong by years when the
/// clock was set after the event. Stores a bounded number of marks, so that the measured age may exceed the true one by 1/256 of the
/// maximum age. Not thread-safe.
/// </summary>
internal sealed class EntryAges(TimeProvider timeProvider)
{
    private const int Marks = 256;

    private readonly List<Entry> _marks = [];
    private long _lastSequence;
    private bool _attached;

    /// <summary>The number of the last event of earlier runs. The age of those events is measured by the wall clock.</summary>
    public long LastOfEarlierRuns { get; private set; }

    /// <summary>Starts with a database.</summary>
    /// <param name="lastSequence">Number of its last event.</param>
    /// <param name="isNew">Whether it replaces another database, which had other numbers.</param>
    public void Attach(long lastSequence, bool isNew)
    {
        if (_attached && !isNew)
            return;
        _attached = true;
        LastOfEarlierRuns = lastSequence;
        _marks.Clear();
        _lastSequence = lastSequence;
    }

    /// <summary>Records that all events up to a number have been written by now.</summary>
    public void Mark(long lastSequence, TimeSpan maxAge)
    {
        if (lastSequence <= _lastSequence)
            return;
        _lastSequence = lastSequence;
        if (_marks.Count > 0 && timeProvider.GetElapsedTime(_marks[^1].Timestamp) < maxAge / Marks)
            _marks[^1] = _marks[^1] with { Sequence = lastSequence };
        else
            _marks.Add(new Entry(lastSequence, timeProvider.GetTimestamp()));
    }

    /// <summary>The highest number of an event of this run that is older than the maximum age; 0 when there is none.</summary>
    public long FindExpired(TimeSpan maxAge)
    {
        int expired = 0;
        while (expired < _marks.Count && timeProvider.GetElapsedTime(_marks[expired].Timestamp) >= maxAge)
            expired++;
        if (expired == 0)
            return 0;
        long sequence = _marks[expired - 1].Sequence;
        _marks.RemoveRange(0, expired);
        return sequence;
    }

    private readonly record struct Entry(long Sequence, long Timestamp);
}

/// <summary>What the wall clock says about the age of events of earlier runs.</summary>
/// <param name="Now">The time now, by a clock that is trusted.</param>
/// <param name="MaxAge">Age from which an event is deleted.</param>
/// <param name="LastSequence">Number of the last event of earlier runs.</param>
internal readonly record struct WallAge(DateTimeOffset Now, TimeSpan MaxAge, long LastSequence);
