using System.Runtime;

namespace RNNPool.Edge.Host;

/// <summary>
/// Returns the memory of the start to the system. Settings, services and documents leave several times the garbage of a running device,
/// which allocates so little that the collector would keep those pages for hours. Half of the program's code serves the start only.
/// </summary>
internal sealed class StartMemory : IDisposable
{
    /// <summary>By then the cameras are open and the first clients are connected.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(10);

    private readonly ITimer _timer;

    public StartMemory(TimeProvider time) => _timer = time.CreateTimer(static _ => Release(), null, Delay, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private static void Release()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        _ = CodePages.Release();
    }
}
