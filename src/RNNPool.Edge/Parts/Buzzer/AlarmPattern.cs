namespace RNNPool.Edge.Parts.Buzzer;

/// <summary>
/// Decides when a buzzer sounds: an alarm of a few beeps when a presence begins, and some repeats. Two alarms are at least an interval
/// apart, so that presences that come and go do not sound without end. Not thread-safe.
/// </summary>
/// <param name="options">Beeps, repeats and their times.</param>
/// <param name="present">Number of presences at the start; they cause no alarm.</param>
internal sealed class AlarmPattern(BuzzerOptions options, int present)
{
    private int _present = present;
    private int _alarms;
    private TimeSpan? _begin;
    private TimeSpan? _earliest;

    /// <summary>Whether the buzzer sounds.</summary>
    public bool On { get; private set; }

    /// <summary>Computes <see cref="On"/>.</summary>
    /// <param name="present">Number of presences that count.</param>
    /// <param name="quiet">Whether the buzzer must be silent; alarms that are due are dropped.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>Time to the next change without another number of presences; <see cref="Timeout.InfiniteTimeSpan"/> for none.</returns>
    public TimeSpan Update(int present, bool quiet, TimeSpan now)
    {
        if (present > _present)
            _alarms = 1 + options.Repeats;
        _present = present;
        if (present == 0 || quiet)
            (_alarms, _begin) = (0, null);
        if (_alarms > 0 && !(now < _earliest))
        {
            _alarms--;
            _begin = now;
            _earliest = now + options.RepeatInterval;
        }

        TimeSpan? edge = Sound(now);
        TimeSpan? next = edge ?? (_alarms > 0 ? _earliest : null);
        return next - now ?? Timeout.InfiniteTimeSpan;
    }

    private TimeSpan? Sound(TimeSpan now)
    {
        On = false;
        if (_begin is not { } begin)
            return null;
        TimeSpan period = options.BeepTime + options.PauseTime;
        long beep = (now - begin).Ticks / period.Ticks;
        TimeSpan start = begin + (period * beep);
        On = beep < options.Beeps && now < start + options.BeepTime;
        if (On)
            return start + options.BeepTime;
        if (beep < options.Beeps - 1)
            return start + period;
        _begin = null;
        return null;
    }
}
