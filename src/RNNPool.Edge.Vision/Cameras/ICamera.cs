using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// A source of frames. One reader at a time. A camera is opened by the first <see cref="ReadAsync"/>, and a failed one is
/// disposed and made anew by its supervisor.
/// </summary>
/// <remarks>
/// Disposal is complete when everything that the camera held is free again, which may be never: a driver can hold a process for ever.
/// The supervisor bounds its own wait, and opens nothing anew before.
/// </remarks>
public interface ICamera : IAsyncDisposable
{
    /// <summary>The source as the user wrote it, without credentials, such as <c>images:/var/lib/pictures</c>.</summary>
    string Name { get; }

    /// <summary>What keeps the camera from closing, as one sentence; null while nothing does. Thread-safe.</summary>
    string? Stuck => null;

    /// <summary>
    /// Frames per second that the source's own parameters or the settings ask for; 0 when the camera delivers as fast as it is read.
    /// </summary>
    double RequestedRate => this is ILiveCamera live ? live.Rate : 0;

    /// <summary>Frames that came damaged and were skipped. Thread-safe.</summary>
    long BadFrames => 0;

    /// <summary>
    /// Waits for the next frame. The caller owns the frame and disposes it.
    /// </summary>
    /// <returns>The frame, or null when the source has ended (a folder replayed once).</returns>
    /// <exception cref="CameraException">The source cannot be opened or read; the message is one sentence for the user.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Sends frames to a target until the source ends, the target accepts no more, or the token is cancelled. A camera is either read or run.
    /// </summary>
    /// <exception cref="CameraException">The source cannot be opened or read; the message is one sentence for the user.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    async Task RunAsync(IFrameTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame && target.Put(frame)) { }
    }
}

/// <summary>A camera that takes its frames from the world at its own pace; a reader that is late gets the newest one.</summary>
public interface ILiveCamera : ICamera
{
    /// <summary>
    /// Frames per second that are wanted, over 0 and at most 1000; what comes faster is left out before it is decoded. Thread-safe.
    /// </summary>
    double Rate { get; set; }
}
