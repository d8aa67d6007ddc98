namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>Where the head points, for the page. Thread-safe.</summary>
internal sealed class ShownHead
{
    private readonly Lock _lock = new();
    private double _pan,
        _tilt;
    private string? _text;

    /// <summary>Pan and tilt in degrees from home.</summary>
    public IReadOnlyList<double> Angles
    {
        get
        {
            lock (_lock)
                return [Math.Round(_pan, 1), Math.Round(_tilt, 1)];
        }
    }

    /// <summary>What the head does, in a few words.</summary>
    public string? Text
    {
        get
        {
            lock (_lock)
                return _text;
        }
    }

    /// <summary>Sets what the page shows.</summary>
    public void Set(string text, double pan, double tilt)
    {
        lock (_lock)
        {
            _text = text;
            _pan = pan;
            _tilt = tilt;
        }
    }
}
