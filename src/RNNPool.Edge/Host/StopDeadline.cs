using RNNPool.Edge.Core;

namespace RNNPool.Edge.Host;

/// <summary>
/// Ends the process if a stop takes too long because a driver or a disk hangs: a stop takes at most five seconds. The features have
/// released their resources before; see <see cref="DeviceHost.ShutdownTime"/>. Disposing it after the host ends the limit.
/// </summary>
internal sealed class StopDeadline : IDisposable
{
    /// <summary>How long a stop may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(4.5);

    private readonly ManualResetEventSlim _ended = new();
    private readonly CancellationTokenRegistration _stopping;

    /// <summary>Starts the limit when the host begins to stop.</summary>
    public StopDeadline(IHostApplicationLifetime lifetime) =>
        _stopping = lifetime.ApplicationStopping.Register(() => new Thread(Wait) { IsBackground = true, Name = "stop deadline" }.Start());

    /// <summary>The event stays undisposed, because the thread may still wait for it.</summary>
    public void Dispose()
    {
        _stopping.Dispose();
        _ended.Set();
    }

    // A separate thread, because the threads of the pool may hang too.
    private void Wait()
    {
        if (!_ended.Wait(Limit))
            AbruptEnd.Exit(ExitCode.StopForced, "error: A component did not stop within 4.5 s; the process ends without it.\n"u8);
    }
}
