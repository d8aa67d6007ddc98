namespace RNNPool.Edge.Parts.StatusLight;

/// <summary>What the LEDs show now, for the page. Thread-safe.</summary>
internal sealed class ShownLight(int count)
{
    private readonly Lock _lock = new();
    private readonly Rgb[] _colors = new Rgb[count];
    private LightMode _mode = LightMode.Idle;
    private int? _present;

    /// <summary>The colours that have been sent.</summary>
    public Rgb[] Colors
    {
        get
        {
            lock (_lock)
                return [.. _colors];
        }
    }

    /// <summary>What they mean, in a few words.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
                return _mode switch
                {
                    LightMode.Night => "dark at night",
                    LightMode.Problem => "problem",
                    LightMode.Paused => "paused",
                    LightMode.Present => _present is { } number ? $"{number} present" : "present",
                    _ => "idle",
                };
        }
    }

    /// <summary>Sets the meaning.</summary>
    /// <param name="mode">What the LEDs show.</param>
    /// <param name="present">Number of present objects; null for a model that does not count.</param>
    public void Set(LightMode mode, int? present)
    {
        lock (_lock)
        {
            _mode = mode;
            _present = present;
        }
    }

    /// <summary>Whether these colours have been sent.</summary>
    public bool Has(ReadOnlySpan<Rgb> colors)
    {
        lock (_lock)
            return colors.SequenceEqual(_colors);
    }

    /// <summary>Sets the colours.</summary>
    public void Set(ReadOnlySpan<Rgb> colors)
    {
        lock (_lock)
            colors.CopyTo(_colors);
    }
}
