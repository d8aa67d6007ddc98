namespace RNNPool.Edge.Core;

/// <summary>Delays that double from <paramref name="first"/> up to <paramref name="longest"/>, for trying again.</summary>
public sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private int _failures;

    /// <summary>The delay before the next attempt.</summary>
    public TimeSpan Next()
    {
        // Thirty doublings of 0.1 s are three years; the exponent need not grow further.
        TimeSpan delay = first * Math.Pow(2, Math.Min(_failures++, 30));
        return delay < longest ? delay : longest;
    }

    /// <summary>Starts again from the first delay, after a success.</summary>
    public void Reset() => _failures = 0;
}
