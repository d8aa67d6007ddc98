using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// A source of frames. One reader at a time. A camera is opened by the first <see cref="ReadAsync"/>, and a failed one is
/// disposed and made anew by its supervisor.
/// </summary>
public interface ICamera : IAsyncDisposable
{
    /// <summary>The source as the user wrote it, without credentials, such as <c>images:/var/lib/pictures</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Waits for the next frame. The caller owns the frame and disposes it.
    /// </summary>
    /// <returns>The frame, or null when the source has ended (a folder replayed once).</returns>
    /// <exception cref="CameraException">The source cannot be opened or read; the message is one sentence for the user.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken);
}
