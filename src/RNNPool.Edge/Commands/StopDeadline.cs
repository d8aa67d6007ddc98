using System.Runtime.InteropServices;

namespace RNNPool.Edge.Commands;

/// <summary>
/// Ends the process when a stop takes too long: a driver or a disk that hangs would keep it for ever, and whoever stops a device may count on
/// five seconds. What matters was let go of before; see <see cref="DeviceHost.ShutdownTime"/>.
/// </summary>
internal static partial class StopDeadline
{
    /// <summary>How long a stop may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(4.5);

    /// <summary>Begins to count when the host begins to stop.</summary>
    public static void Arm(IHostApplicationLifetime lifetime) => lifetime.ApplicationStopping.Register(static () => new Thread(Wait) { IsBackground = true, Name = "stop deadline" }.Start());

    // A thread of its own, and no handlers at the end: whatever hangs may have taken the pool's threads or the console's lock with it.
    private static void Wait()
    {
        Thread.Sleep(Limit);
        ReadOnlySpan<byte> text = "error: Something did not let go within 4.5 s; the process ends without it.\n"u8;
        _ = Write(2, in MemoryMarshal.GetReference(text), text.Length);
        End(ExitCode.StopForced);
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, in byte text, nint length);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void End(int code);
}
