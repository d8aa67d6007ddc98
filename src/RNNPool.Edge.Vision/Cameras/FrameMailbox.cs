using System.Threading.Tasks.Sources;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>
/// Hands frames from a camera's own thread to its reader: the newest one, or with <paramref name="lossless"/> every one. One
/// writer, one reader. Allocates nothing per frame.
/// </summary>
/// <param name="lossless">Whether the writer waits until the reader has taken its last frame.</param>
internal sealed class FrameMailbox(bool lossless) : IValueTaskSource<Frame?>
{
    private readonly object _lock = new();
    private ManualResetValueTaskSourceCore<Frame?> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private Frame? _frame;
    private Exception? _failure;
    private bool _waiting;
    private bool _complete;

    /// <summary>Hands a frame over, which the mailbox owns from now on.</summary>
    /// <returns>False when nobody will read any more; the frame is then disposed.</returns>
    public bool Put(Frame frame)
    {
        lock (_lock)
        {
            while (lossless && _frame is not null && !_complete)
                Monitor.Wait(_lock);
            if (_complete)
            {
                frame.Dispose();
                return false;
            }

            if (_waiting)
            {
                Finish(frame, null);
            }
            else
            {
                _frame?.Dispose();
                _frame = frame;
            }
        }

        return true;
    }

    /// <summary>No more frames will come: the source has ended, or failed. The first call counts.</summary>
    public void Complete(Exception? failure)
    {
        lock (_lock)
        {
            if (_complete)
                return;
            (_complete, _failure) = (true, failure);
            Monitor.PulseAll(_lock);
            if (_waiting)
                Finish(null, failure);
        }
    }

    /// <summary>Waits for a frame; null at the end.</summary>
    public ValueTask<Frame?> TakeAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_waiting)
                throw new InvalidOperationException("A camera has one reader at a time.");
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<Frame?>(cancellationToken);
            if (_frame is { } frame)
            {
                _frame = null;
                Monitor.PulseAll(_lock);
                return new ValueTask<Frame?>(frame);
            }

            if (_complete)
                return _failure is null ? default : ValueTask.FromException<Frame?>(_failure);
            _core.Reset();
            (_waiting, _cancellation) = (true, cancellationToken);
        }

        // Outside the lock: a token that is cancelled just now calls back at once, and disposal of a registration waits for its callback.
        _registration = cancellationToken.UnsafeRegister(static mailbox => ((FrameMailbox)mailbox!).Cancel(), this);
        return new ValueTask<Frame?>(this, _core.Version);
    }

    Frame? IValueTaskSource<Frame?>.GetResult(short token)
    {
        _registration.Dispose();
        return _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<Frame?>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<Frame?>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Throws a frame away that nobody has taken.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _frame?.Dispose();
            _frame = null;
        }
    }

    private void Cancel()
    {
        lock (_lock)
        {
            if (_waiting)
                Finish(null, new OperationCanceledException(_cancellation));
        }
    }

    private void Finish(Frame? frame, Exception? failure)
    {
        _waiting = false;
        if (failure is null)
            _core.SetResult(frame);
        else
            _core.SetException(failure);
    }
}
