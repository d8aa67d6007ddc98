namespace RNNPool.Edge.Sinks.Journal;

/// <summary>
/// Knows the age of the events that this process has written by the monotonic clock: the time in the event itself is a label, which is wrong by years
/// when the clock was set after the event. Keeps a bounded number of marks, so that an event may seem older than it is by a fraction of the maximum age.
/// Not thread-safe.
/// </summary>
internal sealed class EntryAges(TimeProvider timeProvider)
{
    private const int Marks = 256;

    private readonly List<Entry> _marks = [];
    private long _lastSequence;
    private bool _attached;

    /// <summary>The number of the last event of earlier runs, whose age only the wall clock can tell.</summary>
    public long LastOfEarlierRuns { get; private set; }

    /// <summary>Begins with a database.</summary>
    /// <param name="lastSequence">Number of its last event.</param>
    /// <param name="isNew">Whether it takes the place of another one, whose numbers mean nothing here.</param>
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
