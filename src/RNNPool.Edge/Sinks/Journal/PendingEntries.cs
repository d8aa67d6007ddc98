namespace RNNPool.Edge.Sinks.Journal;

/// <summary>The queue of events that wait for a commit. When it is full, the oldest event is dropped and counted. Thread-safe.</summary>
/// <param name="capacity">Most events that wait; at least 1.</param>
internal sealed class PendingEntries(int capacity)
{
    private readonly Lock _lock = new();
    private readonly List<JournalEntry> _waiting = [];
    private long _dropped;

    /// <summary>Events that were dropped because the queue was full.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Appends an event.</summary>
    /// <returns>How many events wait.</returns>
    public int Add(JournalEntry entry)
    {
        lock (_lock)
        {
            _waiting.Add(entry);
            DropOverflow();
            return _waiting.Count;
        }
    }

    /// <summary>Removes all events, which the caller commits or returns.</summary>
    public List<JournalEntry> TakeAll()
    {
        lock (_lock)
        {
            List<JournalEntry> batch = [.. _waiting];
            _waiting.Clear();
            return batch;
        }
    }

    /// <summary>Returns events that could not be committed to the front of the queue.</summary>
    public void Return(List<JournalEntry> batch)
    {
        lock (_lock)
        {
            _waiting.InsertRange(0, batch);
            DropOverflow();
        }
    }

    private void DropOverflow()
    {
        int excess = _waiting.Count - capacity;
        if (excess <= 0)
            return;
        _waiting.RemoveRange(0, excess);
        Interlocked.Add(ref _dropped, excess);
    }
}
