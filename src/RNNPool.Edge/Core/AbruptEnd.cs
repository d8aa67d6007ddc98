using System.Runtime.InteropServices;

namespace RNNPool.Edge.Core;

/// <summary>
/// Ends the process without exit handlers, destructors of native libraries or the console's lock. A thread that hangs would block a normal
/// exit.
/// </summary>
internal static partial class AbruptEnd
{
    /// <summary>Writes UTF-8 text to standard error and ends the process.</summary>
    public static void Exit(int code, ReadOnlySpan<byte> text)
    {
        _ = Write(2, in MemoryMarshal.GetReference(text), text.Length);
        End(code);
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, in byte text, nint length);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void End(int code);
}
