using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// Copies of frames before they are rotated, mirrored and cropped, for the choice of these settings. Thread-safe; costs nothing while no
/// caller waits.
/// </summary>
internal sealed class RawFrames
{
    private TaskCompletionSource<Frame>? _wanted;

    /// <summary>Waits for the next frame. Several callers may share it, so that none of them disposes it.</summary>
    public Task<Frame> NextAsync()
    {
        var fresh = new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _wanted, fresh, null) ?? fresh).Task;
    }

    /// <summary>Copies a frame for the waiting callers, if there are any. Called by the camera's thread.</summary>
    public void Offer(Frame frame)
    {
        if (Volatile.Read(ref _wanted) is null || Interlocked.Exchange(ref _wanted, null) is not { } wanted)
            return;
        Frame copy = new FramePool(1).Rent(frame.Width, frame.Height, frame.Format, frame.Stride);
        frame.Data.CopyTo(copy.Data);
        wanted.TrySetResult(copy);
    }
}
