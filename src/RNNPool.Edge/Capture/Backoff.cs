namespace RNNPool.Edge.Capture;

/// <summary>Delays that double from <paramref name="first"/> up to <paramref name="longest"/>, for trying again.</summary>
public sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private TimeSpan _next = first;

    /// <summary>The delay before the next attempt.</summary>
    public TimeSpan Next()
    {
        TimeSpan delay = _next < longest ? _next : longest;
        _next = delay * 2 < longest ? delay * 2 : longest;
        return delay;
    }

    /// <summary>Starts again from the first delay, after a success.</summary>
    public void Reset() => _next = first;
}
