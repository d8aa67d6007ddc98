using System.Runtime.InteropServices;

namespace RNNPool.Edge.Core;

/// <summary>
/// Ends the process without what usually happens at its end: handlers, destructors of native libraries, the console's lock. For when
/// something hangs or still runs, and might take any of these with it.
/// </summary>
internal static partial class AbruptEnd
{
    /// <summary>Writes UTF-8 text to standard error and ends the process.</summary>
    public static void With(int code, ReadOnlySpan<byte> text)
    {
        _ = Write(2, in MemoryMarshal.GetReference(text), text.Length);
        End(code);
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, in byte text, nint length);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void End(int code);
}
