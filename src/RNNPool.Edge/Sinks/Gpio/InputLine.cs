namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>One configured input with its debounced level. An input that cannot be read forbids detection.</summary>
internal sealed class InputLine(int index, GpioInputOptions options)
{
    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(10),
        Slowest = TimeSpan.FromMilliseconds(50);

    private readonly PinRetry _retry = new();
    private bool _raw;
    private bool _stable;
    private TimeSpan _since;
    private IInputPin? _pin;

    public string Key { get; } = $"{GpioOptions.SectionName}:{nameof(GpioOptions.Inputs)}:{index}:{nameof(options.Pin)}";

    public GpioInputOptions Options => options;

    public string? Failure => _retry.Failure;

    /// <summary>Its name in log and controls.</summary>
    public string Description => _pin?.Description ?? options.Pin;

    /// <summary>Whether it forbids detection and pictures.</summary>
    public bool Forbids => _pin is null || Active == (options.Function == PinFunction.Privacy);

    /// <summary>When the line is read next. Lines are polled; a read is one system call.</summary>
    public TimeSpan NextAfter(TimeSpan now)
    {
        if (_pin is null)
            return _retry.At;
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
        IInputPin opened = _retry.Run(now, () => factory.OpenInput(Key, options, simulated));
        try
        {
            _raw = _stable = opened.Read();
        }
        catch (GpioException exception)
        {
            opened.Dispose();
            _retry.Fail(now, exception.Message);
            throw;
        }

        (_since, _pin) = (now, opened);
        return true;
    }

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
}
