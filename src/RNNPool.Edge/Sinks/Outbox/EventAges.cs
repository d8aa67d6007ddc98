using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Outbox;

/// <summary>
/// Ages of waiting events, independent of jumps of the wall clock. Not thread-safe.
/// </summary>
/// <remarks>
/// While the process runs, an age grows with the monotonic clock. The time between two runs is only known to the wall clock, which may be
/// wrong after a start until a time server has been reached. Therefore: the age of an event of an earlier run at the start is the
/// difference of the wall times, but zero if either of them is before 2025, when the clock was not set yet, or if the difference is
/// negative; such an event does not expire before the clock is trusted (<see cref="ClockTrust"/>); a clock that is set back makes such an
/// event younger again; and when the clock jumps, <see cref="TryAdjust"/> reports it, so that the stored times follow the new
/// clock.
/// </remarks>
internal sealed class EventAges
{
    private readonly TimeProvider _time;
    private readonly ClockTrust _clock;
    private readonly long _started;
    private TimeSpan _restoredOffset;
    private DateTimeOffset _wallAtStart;

    public EventAges(TimeProvider time, ClockTrust clock)
    {
        _time = time;
        _clock = clock;
        _started = time.GetTimestamp();
        _wallAtStart = time.GetUtcNow();
    }

    /// <summary>An event of this run.</summary>
    public WaitingEvent Add(OutboxEvent added) => new(added, _time.GetTimestamp(), TimeSpan.Zero, IsRestored: false);

    /// <summary>An event of an earlier run.</summary>
    public WaitingEvent Restore(OutboxEvent restored)
    {
        bool plausible = restored.Time >= ClockTrust.FirstPlausibleTime && _wallAtStart > restored.Time;
        return new WaitingEvent(restored, _started, plausible ? _wallAtStart - restored.Time : TimeSpan.Zero, IsRestored: true);
    }

    /// <summary>The age of an event.</summary>
    public TimeSpan Age(WaitingEvent waiting)
    {
        TimeSpan before = waiting.AgeBefore;
        if (waiting.IsRestored && _restoredOffset > TimeSpan.Zero)
            before = before > _restoredOffset ? before - _restoredOffset : TimeSpan.Zero;
        return before + _time.GetElapsedTime(waiting.Since);
    }

    /// <summary>Whether an event is older than a limit.</summary>
    public bool IsExpired(WaitingEvent waiting, TimeSpan maxAge) => (!waiting.IsRestored || _clock.IsTrusted) && Age(waiting) > maxAge;

    /// <summary>Adjusts to a jump of the wall clock since the last call.</summary>
    /// <returns>Whether the clock has jumped; the times of waiting events are then <see cref="TimeNow"/> values of another clock.</returns>
    public bool TryAdjust()
    {
        DateTimeOffset expected = _wallAtStart + _time.GetElapsedTime(_started);
        TimeSpan jump = _time.GetUtcNow() - expected;
        if (jump.Duration() < ClockTrust.JumpThreshold)
            return false;
        _restoredOffset = _restoredOffset > jump ? _restoredOffset - jump : TimeSpan.Zero;
        _wallAtStart += jump;
        return true;
    }

    /// <summary>The event with the time at which it was added by the present clock.</summary>
    public OutboxEvent TimeNow(WaitingEvent waiting) => waiting.Event with { Time = _time.GetUtcNow() - Age(waiting) };
}

/// <summary>A waiting event with what its age is computed from.</summary>
/// <param name="Event">The event.</param>
/// <param name="Since">Timestamp of the monotonic clock when it was added, or restored at the start.</param>
/// <param name="AgeBefore">Its age at that moment.</param>
/// <param name="IsRestored">Whether it is an event of an earlier run.</param>
internal readonly record struct WaitingEvent(OutboxEvent Event, long Since, TimeSpan AgeBefore, bool IsRestored);
