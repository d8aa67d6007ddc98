using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>One configured input with its debounced level. An input that cannot be read forbids detection.</summary>
/// <param name="index">Its number in the settings.</param>
/// <param name="options">Its settings.</param>
/// <param name="changed">Called after an edge, on a thread of the driver; null when the line is only read.</param>
internal sealed class InputLine(int index, GpioInputOptions options, Action? changed = null)
{
    private readonly PinRetry _retry = new();
    private DebouncedInput? _input;

    public string Key { get; } = $"{GpioOptions.SectionName}:{nameof(GpioOptions.Inputs)}:{index}:{nameof(options.Pin)}";

    public GpioInputOptions Options => options;

    public string? Failure => _retry.Failure;

    /// <summary>Its name in log and controls.</summary>
    public string Description => _input?.Description ?? options.Pin;

    /// <summary>Whether it forbids detection and pictures.</summary>
    public bool Forbids => _input is null || Active == (options.Function == PinFunction.Privacy);

    /// <summary>When the line is read or opened next.</summary>
    public TimeSpan NextAfter(TimeSpan now) => _input is null ? _retry.At : now + _input.WaitAfter(now);

    public PinStatus Status => new(options.Pin, options.Function.ToString().ToLowerInvariant(), Active, Failure);

    private bool Active => _input is not null && _input.IsHigh != options.ActiveLow;

    /// <summary>Opens the line if that is due, and reads its level without debouncing.</summary>
    /// <returns>Whether this call has opened it.</returns>
    /// <exception cref="GpioException">It cannot be opened; the next attempt is scheduled.</exception>
    public bool TryOpen(PinFactory factory, bool simulated, TimeSpan now)
    {
        if (_input is not null || now < _retry.At)
            return false;
        _input = _retry.Run(now, () => new DebouncedInput(Open(factory, simulated), options.Debounce, changed));
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
        if (_input is null)
            return false;
        try
        {
            return _input.Update(now);
        }
        catch (GpioException exception)
        {
            _retry.Fail(now, exception.Message);
            Release();
            throw;
        }
    }

    public void Release()
    {
        _input?.Dispose();
        _input = null;
    }
}
