namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Turns whether a source is on into whether its pin is, over time. Not thread-safe.</summary>
/// <param name="kind">How it shows its source.</param>
/// <param name="duration">Length of a pulse.</param>
/// <param name="period">Time from one blink to the next.</param>
internal sealed class PinPattern(PinPatternKind kind, TimeSpan duration, TimeSpan period)
{
    private bool _source;
    private TimeSpan _since;

    /// <summary>Whether the pin is on.</summary>
    public bool On { get; private set; }

    /// <summary>When <see cref="On"/> changes by itself; null when it does not.</summary>
    public TimeSpan? Next { get; private set; }

    /// <summary>Takes in what the source is at a time.</summary>
    /// <param name="source">Whether it is on.</param>
    /// <param name="now">Time since any fixed moment; never less than before.</param>
    public void Update(bool source, TimeSpan now)
    {
        bool rises = source && !_source;
        _source = source;
        if (rises)
            _since = now;
        switch (kind)
        {
            case PinPatternKind.Pulse:
                On = (On || rises) && now < _since + duration;
                Next = On ? _since + duration : null;
                break;
            case PinPatternKind.Blink:
                TimeSpan half = period / 2;
                long phase = source ? (long)((now - _since) / half) : 0;
                On = source && phase % 2 == 0;
                Next = source ? _since + (half * (phase + 1)) : null;
                break;
            default:
                (On, Next) = (source, null);
                break;
        }
    }
}
