namespace RNNPool.Edge.Sinks.Journal;

/// <summary>An event that is not committed yet.</summary>
/// <param name="Entry">The event.</param>
/// <param name="Thumbnail">A JPEG of its frame; null when there is none.</param>
internal readonly record struct PendingEntry(JournalEntry Entry, byte[]? Thumbnail);

/// <summary>The queue of events that wait for a commit. When it is full, the oldest event is dropped and counted. Thread-safe.</summary>
/// <param name="capacity">Most events that wait; at least 1.</param>
internal sealed class PendingEntries(int capacity)
{
    private readonly Lock _lock = new();
    private readonly List<PendingEntry> _waiting = [];
    private long _dropped;

    /// <summary>Events that were dropped because the queue was full.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Whether an event with a thumbnail waits.</summary>
    public bool HoldsImages
    {
        get
        {
            lock (_lock)
                return _waiting.Exists(pending => pending.Thumbnail is not null);
        }
    }

    /// <summary>Appends an event.</summary>
    /// <returns>How many events wait.</returns>
    public int Add(PendingEntry entry)
    {
        lock (_lock)
        {
            _waiting.Add(entry);
            DropOverflow();
            return _waiting.Count;
        }
    }

    /// <summary>Removes all events, which the caller commits or returns.</summary>
    public List<PendingEntry> TakeAll()
    {
        lock (_lock)
        {
            List<PendingEntry> batch = [.. _waiting];
            _waiting.Clear();
            return batch;
        }
    }

    /// <summary>Returns events that could not be committed to the front of the queue.</summary>
    public void Return(List<PendingEntry> batch)
    {
        lock (_lock)
        {
            _waiting.InsertRange(0, batch);
            DropOverflow();
        }
    }

    /// <summary>Removes the thumbnails of all events.</summary>
    public void DropThumbnails()
    {
        lock (_lock)
        {
            for (int i = 0; i < _waiting.Count; i++)
                _waiting[i] = _waiting[i] with { Thumbnail = null };
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
