using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>One configured input with its debounced level. An input that cannot be read forbids detection.</summary>
/// <param name="index">Its number in the settings.</param>
/// <param name="options">Its settings.</param>
/// <param name="changed">Called after an edge, on a thread of the driver; null when the line is only read.</param>
internal sealed class InputLine(int index, GpioInputOptions options, Action? changed = null)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1),
        LostCheck = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(10),
        Slowest = TimeSpan.FromMilliseconds(50);

    private readonly PinRetry _retry = new();
    private bool _raw;
    private bool _stable;
    private TimeSpan _since;
    private OpenPin? _pin;
    private bool _watched;

    public string Key { get; } = $"{GpioOptions.SectionName}:{nameof(GpioOptions.Inputs)}:{index}:{nameof(options.Pin)}";

    public GpioInputOptions Options => options;

    public string? Failure => _retry.Failure;

    /// <summary>Its name in log and controls.</summary>
    public string Description => _pin?.Description ?? options.Pin;

    /// <summary>Whether it forbids detection and pictures.</summary>
    public bool Forbids => _pin is null || Active == (options.Function == PinFunction.Privacy);

    /// <summary>
    /// When the line is read next. A line of a chip that does not report edges is polled, and every line is read
    /// once in a while, so that a lost chip is noticed.
    /// </summary>
    public TimeSpan NextAfter(TimeSpan now)
    {
        if (_pin is null)
            return _retry.At;
        if (_watched)
            return _raw == _stable ? now + LostCheck : Max(_since + options.Debounce, now + Shortest);
        TimeSpan half = options.Debounce / 2;
        return now
            + (
                half < Fastest ? Fastest
                : half > Slowest ? Slowest
                : half
            );
    }

    public PinStatus Status => new(options.Pin, options.Function.ToString().ToLowerInvariant(), _pin is not null && Active, Failure);

    private bool Active => _stable != options.ActiveLow;

    /// <summary>Opens the line if that is due, and reads its level without debouncing.</summary>
    /// <returns>Whether this call has opened it.</returns>
    /// <exception cref="GpioException">It cannot be opened; the next attempt is scheduled.</exception>
    public bool TryOpen(PinFactory factory, bool simulated, TimeSpan now)
    {
        if (_pin is not null || now < _retry.At)
            return false;
        OpenPin opened = _retry.Run(now, () => Open(factory, simulated));
        try
        {
            // Watched before the first read, so that no edge between the two is missed.
            _watched = changed is not null && opened.TryWatch(changed);
            _raw = _stable = opened.Read();
        }
        catch (GpioException exception)
        {
            opened.Dispose();
            _retry.Fail(now, exception.Message);
            throw;
        }

        _since = now;
        _pin = opened;
        return true;
    }

    /// <summary>Opens the line; a simulated one has the level that allows detection until it is driven.</summary>
    /// <exception cref="GpioException">It cannot be opened.</exception>
    public OpenPin Open(PinFactory factory, bool simulated) =>
        factory.OpenInput(Key, options.Pin, options.Pull, simulated, rest: (options.Function == PinFunction.Arming) != options.ActiveLow);

    /// <summary>Reads the line; a new level counts after the debounce time.</summary>
    /// <returns>Whether the debounced level has changed.</returns>
    /// <exception cref="GpioException">The line is lost; it will be opened again.</exception>
    public bool Read(TimeSpan now)
    {
        if (_pin is null)
            return false;
        bool level;
        try
        {
            level = _pin.Read();
        }
        catch (GpioException exception)
        {
            _retry.Fail(now, exception.Message);
            Release();
            throw;
        }

        if (level != _raw)
            (_raw, _since) = (level, now);
        if (_raw == _stable || now - _since < options.Debounce)
            return false;
        _stable = _raw;
        return true;
    }

    public void Release()
    {
        _pin?.Dispose();
        _pin = null;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
