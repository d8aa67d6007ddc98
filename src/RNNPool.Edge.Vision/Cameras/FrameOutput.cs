using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// The output of a camera that produces frames on its own thread. The frames go directly to the target that the camera runs for, or to a
/// slot for callers that read frame by frame.
/// </summary>
/// <param name="start">Starts the thread; called once, before the first frame.</param>
/// <param name="lossless">Whether the thread waits until a frame has been read.</param>
internal sealed class FrameOutput(Action start, bool lossless) : IDisposable
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IFrameTarget? _target;
    private FrameSlot? _slot;

    /// <summary>Passes a frame to the target or slot. Called by the camera's thread.</summary>
    /// <returns>False when no more frames are accepted; the frame is then disposed.</returns>
    public bool Put(Frame frame) => _target!.Put(frame);

    /// <summary>Ends the frames. The first call counts.</summary>
    /// <param name="failure">Why they end; null for the end of the source.</param>
    public void Finish(Exception? failure)
    {
        _slot?.Complete(failure);
        if (failure is null)
        {
            _finished.TrySetResult();
        }
        else if (_finished.TrySetException(failure))
        {
            // A reader receives the exception from the slot and does not await the task, so that the exception is observed here.
            _ = _finished.Task.Exception;
        }
    }

    /// <summary>Waits for the next frame; null at the end.</summary>
    public ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_target is null)
        {
            _slot = new FrameSlot(lossless);
            _target = _slot;
            start();
        }

        return (_slot ?? throw new InvalidOperationException("The camera runs for a target.")).ReadAsync(cancellationToken);
    }

    /// <summary>Sends frames to a target until the source ends or fails, or the token is cancelled.</summary>
    public Task RunAsync(IFrameTarget target, CancellationToken cancellationToken)
    {
        if (_target is not null)
            throw new InvalidOperationException("The camera has a reader already.");
        _target = target;
        start();
        return _finished.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Ends the frames and disposes one that was not read.</summary>
    public void Dispose()
    {
        Finish(null);
        _slot?.Dispose();
    }
}
