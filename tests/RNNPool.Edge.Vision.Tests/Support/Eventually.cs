using System.Diagnostics;

namespace RNNPool.Edge.Vision.Tests.Support;

/// <summary>Waits for what another process or thread is about to do.</summary>
internal static class Eventually
{
    /// <summary>How long anything that must happen may take on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task HoldsAsync(Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
