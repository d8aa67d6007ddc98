using Microsoft.Extensions.Time.Testing;

namespace RNNPool.Edge.Testing;

/// <summary>
/// Virtual time whose wall clock can be set without any monotonic time passing, as NTP does after a start without a clock.
/// </summary>
internal sealed class JumpingTimeProvider(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _offset;

    /// <summary>The steps of the wall clock that tests use: forward beyond every delay, forward by weeks, and back.</summary>
    public static TheoryData<TimeSpan> Jumps =>
        [TimeSpan.FromMinutes(11), TimeSpan.FromHours(1), TimeSpan.FromDays(40), TimeSpan.FromHours(-1)];

    /// <summary>Sets the wall clock forward or back.</summary>
    public void Jump(TimeSpan step) => _offset += step;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;

    // The timestamps of the base class follow its wall clock.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
