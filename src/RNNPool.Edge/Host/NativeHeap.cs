using System.Runtime.InteropServices;

namespace RNNPool.Edge.Host;

/// <summary>
/// The heap of native libraries. The C library gives each thread an arena of its own, up to eight a core, and what is freed in one is not used by another;
/// a device whose threads take turns needs few.
/// </summary>
internal static partial class NativeHeap
{
    private const int ArenaMax = -8; // M_ARENA_MAX of malloc.h
    private const int Arenas = 2;

    /// <summary>Limits the arenas. To be called before other threads begin; does nothing where the C library is not glibc.</summary>
    public static void LimitArenas()
    {
        try
        {
            _ = Mallopt(ArenaMax, Arenas);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has one heap anyway
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
