namespace RNNPool.Edge.Parts.LightSensor;

/// <summary>
/// Decides whether it is dark, with hysteresis and a least time between two changes. The light that the lamp itself adds to the measurement
/// does not count, so that it does not switch itself off. Not thread-safe.
/// </summary>
/// <param name="darkBelow">Lux below which it is dark.</param>
/// <param name="brightAbove">Lux above which it is bright again.</param>
/// <param name="minTime">Least time between two changes.</param>
/// <param name="hasLamp">Whether a lamp is on while it is dark.</param>
internal sealed class Darkness(double darkBelow, double brightAbove, TimeSpan minTime, bool hasLamp)
{
    private TimeSpan? _changed;
    private double _before;
    private double? _lamp;

    /// <summary>Whether it is dark.</summary>
    public bool IsDark { get; private set; }

    /// <summary>Takes one measurement.</summary>
    /// <param name="lux">Measured lux.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>Whether darkness has changed; the first measurement decides at once.</returns>
    public bool Update(double lux, TimeSpan now)
    {
        double ambient = lux - LampLight(lux);
        bool first = _changed is null;
        bool dark = ambient < (IsDark ? brightAbove : darkBelow);
        if (dark == IsDark || (!first && now - _changed < minTime))
        {
            _changed ??= now - minTime;
            return false;
        }

        IsDark = dark;
        _changed = now;
        _before = lux;
        _lamp = null;
        return true;
    }

    // The rise from the last measurement without the lamp to the first one with it. Ambient light that came at the same moment is counted
    // too, until a lower measurement shows that the lamp is weaker.
    private double LampLight(double lux)
    {
        if (!hasLamp || !IsDark)
            return 0;
        _lamp = Math.Min(_lamp ?? Math.Max(0, lux - _before), lux);
        return _lamp.Value;
    }
}
