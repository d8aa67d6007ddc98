using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// Closes a camera within a bounded time. The capture waits for a camera that does not close, and opens no other one meanwhile.
/// </summary>
internal sealed class CameraCloser(TimeProvider timeProvider)
{
    /// <summary>How long a camera may take to close before it counts as stuck.</summary>
    public static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(3);

    /// <summary>How long a stop of the device waits for a camera.</summary>
    public static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan Check = TimeSpan.FromSeconds(1);

    /// <summary>Closes the camera.</summary>
    /// <param name="camera">The camera.</param>
    /// <param name="stuck">Receives, about once per second, why the camera does not close.</param>
    /// <param name="stoppingToken">Cancelled when the device stops; the wait is then short.</param>
    /// <returns>Whether it is closed; only a stop leaves it open.</returns>
    public async Task<bool> CloseAsync(ICamera camera, Action<string> stuck, CancellationToken stoppingToken)
    {
        // On another thread, because a driver may block within the call.
        Task closing = Task.Run(() => camera.DisposeAsync().AsTask(), CancellationToken.None);
        if (
            !await WaitAsync(closing, stoppingToken.IsCancellationRequested ? StopTime : CloseTime, stoppingToken).ConfigureAwait(false)
            && !stoppingToken.IsCancellationRequested
        )
        {
            do
            {
                stuck(camera.Stuck ?? "camera stuck: it does not close.");
            } while (!await WaitAsync(closing, Check, stoppingToken).ConfigureAwait(false) && !stoppingToken.IsCancellationRequested);
        }

        if (!closing.IsCompleted && stoppingToken.IsCancellationRequested)
            await WaitAsync(closing, StopTime, CancellationToken.None).ConfigureAwait(false);
        if (!closing.IsCompleted)
            return false;
        await closing.ConfigureAwait(false);
        return true;
    }

    /// <summary>Closes the camera, or gives up after a time.</summary>
    /// <returns>Whether it is closed.</returns>
    public async Task<bool> CloseAsync(ICamera camera, TimeSpan time, CancellationToken cancellationToken)
    {
        Task closing = Task.Run(() => camera.DisposeAsync().AsTask(), CancellationToken.None);
        if (!await WaitAsync(closing, time, cancellationToken).ConfigureAwait(false))
            return false;
        await closing.ConfigureAwait(false);
        return true;
    }

    private async Task<bool> WaitAsync(Task closing, TimeSpan time, CancellationToken stoppingToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task delay = Task.Delay(time, timeProvider, over.Token);
        await Task.WhenAny(closing, delay).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        return closing.IsCompleted;
    }
}
