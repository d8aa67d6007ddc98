using System.Diagnostics;

namespace RNNPool.Edge.Tests.Support;

/// <summary>Waits for what other threads are about to do; time itself is virtual in these tests.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task UntilAsync(Func<bool> condition, string what, Func<IEnumerable<string>>? seen = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience) Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}. {string.Join(" | ", seen?.Invoke() ?? [])}");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Moves virtual time on, in small steps that give other threads a chance, until the condition holds.</summary>
    /// <returns>How much virtual time has passed.</returns>
    public static async Task<TimeSpan> AdvanceUntilAsync(Microsoft.Extensions.Time.Testing.FakeTimeProvider time, TimeSpan step, Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        DateTimeOffset begin = time.GetUtcNow();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience) Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}");
            time.Advance(step);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        return time.GetUtcNow() - begin;
    }
}
