namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Computes the state of a pin from the state of its source over time. Not thread-safe.</summary>
/// <param name="kind">Kind of the pattern.</param>
/// <param name="duration">Length of a pulse.</param>
/// <param name="period">Time from one blink to the next.</param>
internal sealed class PinPattern(PinPatternKind kind, TimeSpan duration, TimeSpan period)
{
    private bool _source;
    private TimeSpan _since;

    /// <summary>Whether the pin is on.</summary>
    public bool On { get; private set; }

    /// <summary>When <see cref="On"/> changes next without a change of the source; null for never.</summary>
    public TimeSpan? Next { get; private set; }

    /// <summary>Updates the state of the source.</summary>
    /// <param name="source">Whether it is on.</param>
    /// <param name="now">Monotonic time.</param>
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
