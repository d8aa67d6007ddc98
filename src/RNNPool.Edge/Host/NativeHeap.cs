using System.Runtime.InteropServices;

namespace RNNPool.Edge.Host;

/// <summary>
/// The heap of native libraries. The C library gives each thread its own arena, up to eight per core, and does not reuse memory across
/// arenas. Few arenas suffice because few threads of the device run at the same time.
/// </summary>
internal static partial class NativeHeap
{
    private const int ArenaMax = -8; // M_ARENA_MAX of malloc.h
    private const int Arenas = 2;

    /// <summary>Limits the arenas. Must be called before other threads start; does nothing if the C library is not glibc.</summary>
    public static void LimitArenas()
    {
        try
        {
            _ = Mallopt(ArenaMax, Arenas);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has one heap
        }
    }

    /// <summary>Returns free memory to the system; does nothing if the C library is not glibc.</summary>
    public static void Trim()
    {
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // musl returns it by itself
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
