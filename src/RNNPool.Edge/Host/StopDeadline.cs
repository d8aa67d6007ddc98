using RNNPool.Edge.Core;

namespace RNNPool.Edge.Host;

/// <summary>
/// Ends the process if a stop takes too long because a driver or a disk hangs: a stop takes at most five seconds. The features have
/// released their resources before; see <see cref="DeviceHost.ShutdownTime"/>.
/// </summary>
internal static class StopDeadline
{
    /// <summary>How long a stop may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(4.5);

    /// <summary>Starts the limit when the host begins to stop.</summary>
    public static void Arm(IHostApplicationLifetime lifetime) =>
        lifetime.ApplicationStopping.Register(static () => new Thread(Wait) { IsBackground = true, Name = "stop deadline" }.Start());

    // A separate thread, because the threads of the pool may hang too.
    private static void Wait()
    {
        Thread.Sleep(Limit);
        AbruptEnd.Exit(ExitCode.StopForced, "error: A component did not stop within 4.5 s; the process ends without it.\n"u8);
    }
}
