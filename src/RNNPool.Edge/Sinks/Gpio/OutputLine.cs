using RNNPool.Edge.Core;
using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>One configured output with its line, source and pattern.</summary>
internal sealed class OutputLine
{
    private readonly PinRetry _retry = new();
    private bool? _written;

    public OutputLine(int index, GpioOutputOptions options)
    {
        (Key, Options) = ($"{GpioOptions.SectionName}:{nameof(GpioOptions.Outputs)}:{index}:{nameof(options.Pin)}", options);
        Source = PinSource.TryParse(options.Source, out PinSource source)
            ? source
            : throw new ArgumentException("The pin has not been validated.", nameof(options));
        Kind = options.Pattern ?? (Source.Kind == PinSourceKind.Heartbeat ? PinPatternKind.Blink : PinPatternKind.Level);
        Pattern = new PinPattern(Kind, options.Duration, options.Period);
    }

    public string Key { get; }

    public GpioOutputOptions Options { get; }

    public PinSource Source { get; }

    public PinPatternKind Kind { get; }

    public PinPattern Pattern { get; }

    public OpenPin? Pin { get; private set; }

    public string? Failure => _retry.Failure;

    /// <summary>When the line is updated next without a change of its source; null for never.</summary>
    public TimeSpan? Next => Pin is null ? _retry.At : Pattern.Next;

    public PinStatus Status => new(Options.Pin, Options.Source, Pattern.On, Failure);

    /// <summary>Whether the level is high when the pin is on or off.</summary>
    public bool Level(bool on) => on != Options.ActiveLow;

    /// <summary>Opens the line at its off level.</summary>
    /// <exception cref="GpioException">It cannot be opened.</exception>
    public OpenPin Open(PinFactory factory, bool simulated) =>
        factory.OpenOutput(Key, Options.Pin, Level(on: false), simulated, new LineOptions(Options.Drive, Options.Bias));

    /// <summary>Opens the line if that is due.</summary>
    /// <returns>Whether this call has opened it.</returns>
    /// <exception cref="GpioException">It cannot be opened; the next attempt is scheduled.</exception>
    public bool TryOpen(PinFactory factory, bool simulated, TimeSpan now)
    {
        if (Pin is not null || now < _retry.At)
            return false;
        Pin = _retry.Run(now, () => Open(factory, simulated));
        _written = false;
        return true;
    }

    /// <summary>Drives the line to the level of the pattern.</summary>
    /// <returns>Whether its level has changed.</returns>
    /// <exception cref="GpioException">The line is lost; it will be opened again.</exception>
    public bool Write(TimeSpan now)
    {
        if (Pin is null || _written == Pattern.On)
            return false;
        try
        {
            Pin.Write(Level(Pattern.On));
        }
        catch (GpioException exception)
        {
            _retry.Fail(now, exception.Message);
            Release();
            throw;
        }

        _written = Pattern.On;
        return true;
    }

    /// <summary>Drives the line to its off level and releases it.</summary>
    /// <returns>Description of the line; null if it was not open.</returns>
    public string? Release()
    {
        if (Pin is not { } pin)
            return null;
        Pin = null;
        try
        {
            pin.Write(Level(on: false));
        }
        catch (GpioException)
        {
            // The line is lost, so that its level cannot be changed.
        }

        pin.Dispose();
        return pin.Description;
    }
}

/// <summary>Failure of a pin and the time of the next attempt to open it.</summary>
internal sealed class PinRetry
{
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    public TimeSpan At { get; private set; } = TimeSpan.MinValue;

    public string? Failure { get; private set; }

    public T Run<T>(TimeSpan now, Func<T> open)
    {
        try
        {
            T opened = open();
            Failure = null;
            _backoff.Reset();
            return opened;
        }
        catch (GpioException exception)
        {
            Fail(now, exception.Message);
            throw;
        }
    }

    public void Fail(TimeSpan now, string failure) => (Failure, At) = (failure, now + _backoff.Next());
}
