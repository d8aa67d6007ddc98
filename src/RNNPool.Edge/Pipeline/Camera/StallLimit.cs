namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// Computes how long a camera may be silent before it counts as lost. A camera may be slower than the requested rate, so the limit follows
/// the longest of its last pauses. Used by one thread; allocates nothing.
/// </summary>
/// <param name="stallTimeout">Shortest limit.</param>
/// <param name="openTimeout">Limit while the camera's rate is not known, if it is longer.</param>
/// <param name="timeProvider">Clock.</param>
internal sealed class StallLimit(TimeSpan stallTimeout, TimeSpan openTimeout, TimeProvider timeProvider)
{
    // A longer pause is a stall at every rate of a camera.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private const double PausesPerLimit = 2;

    private long _last;
    private TimeSpan _pause;
    private TimeSpan _earlier;
    private int _frames;
    private TimeSpan _limit = openTimeout;

    /// <summary>The limit after the last frame; the time for the opening before the first.</summary>
    public TimeSpan Current => _limit;

    /// <summary>Records a frame.</summary>
    /// <returns>How long the next one may take.</returns>
    public TimeSpan RecordFrame()
    {
        long now = timeProvider.GetTimestamp();
        if (_frames++ > 0)
            (_pause, _earlier) = (timeProvider.GetElapsedTime(_last, now), _pause);
        _last = now;
        TimeSpan limit = _frames == 1 ? _limit : PausesPerLimit * (_pause > _earlier ? _pause : _earlier);
        limit = limit < Longest ? limit : Longest;
        return _limit = limit > stallTimeout ? limit : stallTimeout;
    }
}
