using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RNNPool.Edge.Link.Transports;

/// <summary>The calls of the C library and the constants of the Linux kernel that a serial port needs (x86-64, arm64, arm).</summary>
internal static partial class NativeTerminal
{
    private const int OpenFlags = 0x2 | 0x100 | 0x800 | 0x80000; // O_RDWR, O_NOCTTY, O_NONBLOCK, O_CLOEXEC
    private const int EventFlags = 0x800 | 0x80000; // EFD_NONBLOCK, EFD_CLOEXEC
    private const int LockExclusiveNow = 2 | 4; // LOCK_EX, LOCK_NB
    private const int ErrorInterrupted = 4; // EINTR
    private const int ErrorInputOutput = 5; // EIO: the other end of a pseudo-terminal is closed
    private const int ErrorAgain = 11; // EAGAIN
    private const nuint GetAttributes = 0x802C542A; // TCGETS2
    private const nuint SetAttributes = 0x402C542B; // TCSETS2
    private const nuint Flush = 0x540B; // TCFLSH
    private const nint FlushBoth = 2; // TCIOFLUSH
    private const uint EightBits = 0x30 | 0x80 | 0x800; // CS8, CREAD, CLOCAL; no PARENB, CSTOPB, CRTSCTS, HUPCL
    private const uint OwnSpeed = 0x1000; // BOTHER: the speeds are numbers
    private const uint OwnInputSpeed = OwnSpeed << 16;
    private const int MinimumIndex = 6; // VMIN
    private const short Readable = 1; // POLLIN
    private const short Broken = 8 | 16 | 32; // POLLERR, POLLHUP, POLLNVAL

    /// <summary>Result of a wait.</summary>
    public enum WaitResult
    {
        TimedOut,
        Readable,
        HungUp,
        Woken,
    }

    /// <summary>Target of a device's path when it was opened.</summary>
    public readonly record struct FileIdentity(string Target);

    public static SafeFileHandle Open(string path, int baudRate)
    {
        var handle = new SafeFileHandle(OpenFile(path, OpenFlags), ownsHandle: true);
        if (handle.IsInvalid)
            throw Failure(path);
        try
        {
            if (LockFile(handle, LockExclusiveNow) != 0)
                throw new IOException($"Cannot open {path}: another process is using it.");
            if (ReadAttributes(handle, GetAttributes, out Attributes attributes) != 0)
                throw new IOException($"Cannot open {path}: it is not a serial port.");
            MakeRaw(ref attributes, baudRate);
            if (WriteAttributes(handle, SetAttributes, in attributes) != 0)
                throw new IOException($"Cannot set {path} to {baudRate} baud: {Marshal.GetLastPInvokeErrorMessage()}.");
            _ = Control(handle, Flush, FlushBoth);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public static SafeFileHandle CreateEvent()
    {
        var handle = new SafeFileHandle(CreateEventFile(0, EventFlags), ownsHandle: true);
        return handle.IsInvalid ? throw new IOException($"Cannot create an event: {Marshal.GetLastPInvokeErrorMessage()}.") : handle;
    }

    public static void Signal(SafeFileHandle wake)
    {
        ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
        if (!wake.IsClosed)
            _ = WriteFile(wake, one, (nuint)one.Length);
    }

    public static FileIdentity Identify(string path) => new(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);

    public static bool IsSameNode(string path, FileIdentity identity)
    {
        try
        {
            return File.Exists(path) && Identify(path) == identity;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static WaitResult Wait(SafeFileHandle handle, SafeFileHandle wake, int milliseconds)
    {
        bool handleHeld = false;
        bool wakeHeld = false;
        try
        {
            handle.DangerousAddRef(ref handleHeld);
            wake.DangerousAddRef(ref wakeHeld);
            Span<PollEntry> entries = [new((int)handle.DangerousGetHandle(), Readable), new((int)wake.DangerousGetHandle(), Readable)];
            if (Poll(entries, (nuint)entries.Length, milliseconds) <= 0)
                return WaitResult.TimedOut;
            if ((entries[0].Found & Readable) != 0)
                return WaitResult.Readable;
            if ((entries[0].Found & Broken) != 0)
                return WaitResult.HungUp;
            Span<byte> counter = stackalloc byte[8];
            _ = ReadFile(wake, counter, (nuint)counter.Length);
            return WaitResult.Woken;
        }
        finally
        {
            if (handleHeld)
                handle.DangerousRelease();
            if (wakeHeld)
                wake.DangerousRelease();
        }
    }

    /// <summary>Returns the number of bytes, 0 when the line was closed, -1 on an error, -2 when there is nothing to read.</summary>
    public static int Read(SafeFileHandle handle, Span<byte> buffer)
    {
        int count = (int)ReadFile(handle, buffer, (nuint)buffer.Length);
        if (count >= 0)
            return count;
        return Marshal.GetLastPInvokeError() switch
        {
            ErrorAgain or ErrorInterrupted => -2,
            ErrorInputOutput => 0,
            _ => -1,
        };
    }

    /// <summary>Returns the number of bytes written, 0 when the buffer is full, -1 on an error.</summary>
    public static int Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes)
    {
        int count = (int)WriteFile(handle, bytes, (nuint)bytes.Length);
        return count < 0 && Marshal.GetLastPInvokeError() is ErrorAgain or ErrorInterrupted ? 0 : count;
    }

    private static unsafe void MakeRaw(ref Attributes attributes, int baudRate)
    {
        attributes.Input = 0;
        attributes.Output = 0;
        attributes.Local = 0;
        attributes.Control = EightBits | OwnSpeed | OwnInputSpeed;
        (attributes.InputSpeed, attributes.OutputSpeed) = ((uint)baudRate, (uint)baudRate);
        for (int i = 0; i < Attributes.Characters; i++)
            attributes.ControlCharacters[i] = 0;
        attributes.ControlCharacters[MinimumIndex] = 1;
    }

    private static IOException Failure(string path) =>
        File.Exists(path)
            ? new IOException($"Cannot open {path}: {Marshal.GetLastPInvokeErrorMessage()}.")
            : new IOException($"Cannot open {path}: there is no such device.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int LockFile(SafeFileHandle handle, int operation);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int CreateEventFile(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ReadAttributes(SafeFileHandle handle, nuint request, out Attributes attributes);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int WriteAttributes(SafeFileHandle handle, nuint request, in Attributes attributes);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Span<PollEntry> entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(SafeFileHandle handle, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(SafeFileHandle handle, ReadOnlySpan<byte> bytes, nuint count);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry(int descriptor, short wanted)
    {
        public int Descriptor = descriptor;
        public short Wanted = wanted;
        public short Found;
    }

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Attributes
    {
        public const int Characters = 19;

        public uint Input;
        public uint Output;
        public uint Control;
        public uint Local;
        public byte LineDiscipline;
        public fixed byte ControlCharacters[Characters];
        public uint InputSpeed;
        public uint OutputSpeed;
    }
}
