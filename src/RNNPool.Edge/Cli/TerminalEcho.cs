using System.Runtime.InteropServices;

namespace RNNPool.Edge.Cli;

/// <summary>Switches the echo of the terminal off until it is disposed.</summary>
internal sealed partial class TerminalEcho : IDisposable
{
    // struct termios of glibc and musl on Linux: four words of flags, the last the local ones, then characters and speeds.
    private const int MostBytes = 256,
        LocalOffset = 12,
        WhenWritten = 1;
    private const uint Echo = 0x8;

    private readonly byte[] _before;

    private TerminalEcho(byte[] before) => _before = before;

    /// <summary>Disables the echo.</summary>
    /// <returns>Null when standard input is not a terminal, or its echo cannot be disabled.</returns>
    public static TerminalEcho? Disable()
    {
        byte[] before = new byte[MostBytes];
        if (Console.IsInputRedirected || GetAttributes(0, ref before[0]) != 0)
            return null;
        byte[] silent = [.. before];
        MemoryMarshal.Write(silent.AsSpan(LocalOffset), MemoryMarshal.Read<uint>(silent.AsSpan(LocalOffset)) & ~Echo);
        return SetAttributes(0, WhenWritten, in silent[0]) == 0 ? new TerminalEcho(before) : null;
    }

    public void Dispose() => _ = SetAttributes(0, WhenWritten, in _before[0]);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int file, ref byte status);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int file, int when, in byte status);
}
