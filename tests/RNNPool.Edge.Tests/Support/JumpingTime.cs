using Microsoft.Extensions.Time.Testing;

namespace RNNPool.Edge.Tests.Support;

/// <summary>Virtual time whose wall clock jumps without its timers and its monotonic clock.</summary>
internal sealed class JumpingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>Sets the wall clock forward, or back if <paramref name="by"/> is negative.</summary>
    public void Jump(TimeSpan by) => _offset += by;
}
