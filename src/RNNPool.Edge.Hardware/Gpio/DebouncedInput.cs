namespace RNNPool.Edge.Hardware.Gpio;

/// <summary>
/// The debounced level of an open input: it changes when the line has kept a new level for a while. The line is read after each edge; a
/// line of a chip that does not report edges is polled. Not thread-safe.
/// </summary>
public sealed class DebouncedInput : IDisposable
{
    // Every line is read once in a while, so that a lost chip is noticed.
    private static readonly TimeSpan LostCheck = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(10),
        Slowest = TimeSpan.FromMilliseconds(50);

    private readonly OpenPin _pin;
    private readonly TimeSpan _debounce;
    private readonly bool _watched;
    private bool _raw;
    private TimeSpan _since;

    /// <summary>Takes the present level without debouncing.</summary>
    /// <param name="pin">The line; it is disposed with this object, or when this constructor fails.</param>
    /// <param name="debounce">How long a level must last to count.</param>
    /// <param name="changed">Called after an edge, on a thread of the driver; null to poll.</param>
    /// <exception cref="GpioException">The line cannot be read.</exception>
    public DebouncedInput(OpenPin pin, TimeSpan debounce, Action? changed)
    {
        ArgumentNullException.ThrowIfNull(pin);
        (_pin, _debounce) = (pin, debounce);
        try
        {
            // Watched before the first read, so that no edge between the two is missed.
            _watched = changed is not null && pin.TryWatch(changed);
            _raw = IsHigh = pin.Read();
        }
        catch
        {
            pin.Dispose();
            throw;
        }
    }

    /// <summary>Its name in messages, such as <c>GPIO17 of pinctrl-bcm2711</c>.</summary>
    public string Description => _pin.Description;

    /// <summary>The debounced level.</summary>
    public bool IsHigh { get; private set; }

    /// <summary>Reads the line.</summary>
    /// <param name="now">Monotonic time.</param>
    /// <returns>Whether the debounced level has changed.</returns>
    /// <exception cref="GpioException">The line is lost.</exception>
    public bool Update(TimeSpan now)
    {
        bool level = _pin.Read();
        if (level != _raw)
            (_raw, _since) = (level, now);
        if (_raw == IsHigh || now - _since < _debounce)
            return false;
        IsHigh = _raw;
        return true;
    }

    /// <summary>Time after which the line must be read although no edge has been reported.</summary>
    public TimeSpan WaitAfter(TimeSpan now)
    {
        if (_watched)
            return _raw == IsHigh ? LostCheck : Max(_since + _debounce - now, Shortest);
        TimeSpan half = _debounce / 2;
        return half < Fastest ? Fastest
            : half > Slowest ? Slowest
            : half;
    }

    /// <inheritdoc/>
    public void Dispose() => _pin.Dispose();

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
