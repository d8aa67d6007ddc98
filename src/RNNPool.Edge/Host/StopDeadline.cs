using RNNPool.Edge.Core;

namespace RNNPool.Edge.Host;

/// <summary>
/// Ends the process when a stop takes too long: a driver or a disk that hangs would keep it for ever, and whoever stops a device may count on
/// five seconds. What matters was let go of before; see <see cref="DeviceHost.ShutdownTime"/>.
/// </summary>
internal static class StopDeadline
{
    /// <summary>How long a stop may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(4.5);

    /// <summary>Begins to count when the host begins to stop.</summary>
    public static void Arm(IHostApplicationLifetime lifetime) =>
        lifetime.ApplicationStopping.Register(static () => new Thread(Wait) { IsBackground = true, Name = "stop deadline" }.Start());

    // A thread of its own: whatever hangs may have taken the pool's threads with it.
    private static void Wait()
    {
        Thread.Sleep(Limit);
        AbruptEnd.With(ExitCode.StopForced, "error: Something did not let go within 4.5 s; the process ends without it.\n"u8);
    }
}
