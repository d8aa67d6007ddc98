using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;

namespace RNNPool.Edge.Tests.Support;

/// <summary>
/// Waits for effects of other threads. The tests use virtual time; these waits are in real time, with a limit that suits a busy machine.
/// </summary>
internal static class Wait
{
    /// <summary>The limit of each wait, in real time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task UntilAsync(Func<bool> condition, string what, Func<IEnumerable<string>>? seen = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}. {string.Join(" | ", seen?.Invoke() ?? [])}");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, Func<IEnumerable<string>>? seen = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}. {string.Join(" | ", seen?.Invoke() ?? [])}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>
    /// Advances virtual time in small steps until the condition holds. Other threads may be late, so more time may pass than necessary:
    /// compare the result with a lower bound only. <see cref="FallsDueAsync"/> asserts an upper bound.
    /// </summary>
    /// <returns>How much virtual time has passed.</returns>
    public static async Task<TimeSpan> AdvanceUntilAsync(FakeTimeProvider time, TimeSpan step, Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        DateTimeOffset begin = time.GetUtcNow();
        await SettleAsync();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}");
            await StepAsync(time, step);
        }

        return time.GetUtcNow() - begin;
    }

    /// <summary>
    /// Asserts that the condition becomes true within a span of virtual time and not before it. The clock stops at the end of the span;
    /// other threads then have unlimited virtual time to react.
    /// </summary>
    /// <param name="time">The clock.</param>
    /// <param name="step">How far it advances in one step.</param>
    /// <param name="earliest">Seconds of virtual time from now until which the condition must not hold.</param>
    /// <param name="latest">Seconds of virtual time from now at which the clock stops.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="what">The condition in words, for the failure message.</param>
    public static async Task FallsDueAsync(
        FakeTimeProvider time,
        TimeSpan step,
        double earliest,
        double latest,
        Func<bool> condition,
        string what
    )
    {
        DateTimeOffset begin = time.GetUtcNow();
        await SettleAsync();
        while (Passed() + step.TotalSeconds < earliest)
        {
            await StepAsync(time, step);
            if (condition())
                Assert.Fail(
                    string.Create(CultureInfo.InvariantCulture, $"After {Passed():0.###} s of virtual time, before {earliest} s: {what}")
                );
        }

        DateTimeOffset end = begin + TimeSpan.FromSeconds(latest);
        while (!condition() && time.GetUtcNow() is var now && now < end)
            await StepAsync(time, end - now < step ? end - now : step);
        await UntilAsync(condition, string.Create(CultureInfo.InvariantCulture, $"{what}, after {latest} s of virtual time"));

        double Passed() => (time.GetUtcNow() - begin).TotalSeconds;
    }

    /// <summary>Lets virtual time pass, in small steps.</summary>
    public static async Task PassAsync(FakeTimeProvider time, TimeSpan step, double seconds)
    {
        DateTimeOffset end = time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        while (time.GetUtcNow() < end)
            await StepAsync(time, step);
    }

    /// <summary>Advances virtual time by one step, and lets the threads of the pool react.</summary>
    public static async Task StepAsync(FakeTimeProvider time, TimeSpan step)
    {
        time.Advance(step);
        await SettleAsync();
    }

    /// <summary>
    /// Lets the threads of the pool finish their work, for a limited time, because other tests keep the pool busy too.
    /// </summary>
    public static async Task SettleAsync()
    {
        for (int i = 0, quiet = 0; i < 20 && quiet < 2; i++)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
            quiet = ThreadPool.PendingWorkItemCount == 0 ? quiet + 1 : 0;
        }
    }
}
