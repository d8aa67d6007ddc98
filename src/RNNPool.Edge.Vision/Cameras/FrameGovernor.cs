namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// Reduces a live camera's frames to a requested rate. A frame may arrive a quarter of a period early, so that a camera that
/// delivers exactly that rate, with the usual jitter, loses none. Allocates nothing.
/// </summary>
internal sealed class FrameGovernor(TimeProvider time, double rate)
{
    /// <summary>Highest rate in frames per second.</summary>
    public const double MaxRate = 1000;

    private double _rate = rate;
    private long _due = long.MinValue;

    /// <summary>Frames per second, over 0 and at most 1000. Any thread may set it.</summary>
    public double Rate
    {
        get => Volatile.Read(ref _rate);
        set
        {
            if (value is not (> 0 and <= MaxRate))
                throw new ArgumentOutOfRangeException(nameof(value), value, "A rate must be over 0 and at most 1000.");
            Volatile.Write(ref _rate, value);
        }
    }

    /// <summary>Whether the frame that has just arrived is needed. Called by one thread.</summary>
    public bool Admit()
    {
        long now = time.GetTimestamp(),
            period = (long)(time.TimestampFrequency / Rate);

        // A higher rate takes effect at once, not after the current longer wait. (After an early frame the wait is a period and a quarter.)
        if (_due > now + period + (period / 2))
            _due = now;
        if (_due != long.MinValue && now < _due - (period / 4))
            return false;
        _due = _due == long.MinValue || _due + period <= now ? now + period : _due + period;
        return true;
    }
}
