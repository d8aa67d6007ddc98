using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// A source of frames. One reader at a time. A camera is opened by the first <see cref="ReadAsync"/>, and its supervisor
/// disposes a failed camera and creates a new one.
/// </summary>
/// <remarks>
/// Disposal is complete when all resources of the camera are free, which may never happen, because a driver can block a process
/// indefinitely. The supervisor bounds each wait, and opens no new camera before that.
/// </remarks>
public interface ICamera : IAsyncDisposable
{
    /// <summary>The source as the user wrote it, without credentials, such as <c>images:/var/lib/pictures</c>.</summary>
    string Name { get; }

    /// <summary>Why the camera does not close, as one sentence; null while it is not stuck. Thread-safe.</summary>
    string? Stuck => null;

    /// <summary>
    /// Frames per second that the source's own parameters or the settings request; 0 when the camera delivers as fast as it is read.
    /// </summary>
    double RequestedRate => this is ILiveCamera live ? live.Rate : 0;

    /// <summary>Number of damaged frames, which were skipped. Thread-safe.</summary>
    long BadFrames => 0;

    /// <summary>
    /// Waits for the next frame. The caller owns the frame and disposes it.
    /// </summary>
    /// <returns>The frame, or null when the source has ended (a folder replayed once).</returns>
    /// <exception cref="CameraException">The source cannot be opened or read; the message is one sentence for the user.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Sends frames to a target until the source ends, the target accepts no more, or the token is cancelled. A camera is either read or
    /// run.
    /// </summary>
    /// <exception cref="CameraException">The source cannot be opened or read; the message is one sentence for the user.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    async Task RunAsync(IFrameTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame && target.Put(frame)) { }
    }
}

/// <summary>A camera that delivers frames at its own rate; a reader that is late gets the newest one.</summary>
public interface ILiveCamera : ICamera
{
    /// <summary>
    /// Requested frames per second, over 0 and at most 1000. Surplus frames are dropped before they are decoded. Thread-safe.
    /// </summary>
    double Rate { get; set; }
}
