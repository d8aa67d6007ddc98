namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>
/// Limits how often the log mentions something that a device can cause at any rate: a burst, and then one entry per interval (token
/// bucket). Thread-safe.
/// </summary>
/// <param name="burst">Entries after a quiet time.</param>
/// <param name="interval">Time per entry after the burst.</param>
/// <param name="time">The clock.</param>
internal sealed class LogThrottle(int burst, TimeSpan interval, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = burst;
    private long _last = time.GetTimestamp();
    private int _suppressed;

    /// <summary>Whether an entry may be written now.</summary>
    /// <param name="suppressed">Number of entries that were not written since the last one.</param>
    public bool TryEnter(out int suppressed)
    {
        lock (_lock)
        {
            _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_last) / interval));
            _last = time.GetTimestamp();
            suppressed = _suppressed;
            if (_tokens < 1)
            {
                _suppressed++;
                return false;
            }

            _tokens--;
            _suppressed = 0;
            return true;
        }
    }
}
