using System.Runtime.InteropServices;

namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>The calls of the C library that a supervised child needs.</summary>
internal static partial class NativeProcess
{
    /// <summary>Requests a process to end.</summary>
    public const int Terminate = 15; // SIGTERM

    /// <summary>Ends a process by force.</summary>
    public const int Kill = 9; // SIGKILL

    private const int SetPipeSize = 1031; // F_SETPIPE_SZ
    private const short Readable = 1; // POLLIN
    private const int ErrorInterrupted = 4; // EINTR
    private const int ErrorAgain = 11; // EAGAIN

    /// <summary>Sends a signal; a negative id is a process group. Returns 0, or -1 when there is no such process.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Send(int id, int signal);

    /// <summary>Enlarges a pipe to the size of a picture, so that both ends wake less often; the kernel may refuse.</summary>
    public static void Widen(SafeHandle pipe, int bytes) => _ = Control(pipe, SetPipeSize, bytes);

    /// <summary>Waits until one of two pipes can be read or has ended, and returns which.</summary>
    public static (bool First, bool Second) Wait(SafeHandle first, SafeHandle? second, int milliseconds)
    {
        bool firstHeld = false,
            secondHeld = false;
        try
        {
            first.DangerousAddRef(ref firstHeld);
            second?.DangerousAddRef(ref secondHeld);
            Span<PollEntry> entries = [new((int)first.DangerousGetHandle()), new(second is null ? -1 : (int)second.DangerousGetHandle())];
            return Poll(entries, (nuint)entries.Length, milliseconds) <= 0
                ? (false, false)
                : (entries[0].Found != 0, entries[1].Found != 0);
        }
        finally
        {
            if (firstHeld)
                first.DangerousRelease();
            if (secondHeld)
                second!.DangerousRelease();
        }
    }

    /// <summary>Reads the available bytes. Returns 0 at the end of the pipe, and -1 when no bytes were available.</summary>
    public static int Read(SafeHandle pipe, Span<byte> buffer)
    {
        int count = (int)ReadFile(pipe, buffer, (nuint)buffer.Length);
        if (count >= 0)
            return count;
        return Marshal.GetLastPInvokeError() is ErrorInterrupted or ErrorAgain ? -1 : 0;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeHandle pipe, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Span<PollEntry> entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(SafeHandle pipe, Span<byte> buffer, nuint count);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry(int descriptor)
    {
        public int Descriptor = descriptor;
        public short Wanted = Readable;
        public short Found;
    }
}
