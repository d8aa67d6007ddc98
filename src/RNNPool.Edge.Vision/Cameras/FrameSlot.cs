using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>Receives the frames of a camera.</summary>
public interface IFrameTarget
{
    /// <summary>Passes a frame, which the target then owns.</summary>
    /// <returns>False when the target accepts no more frames; the frame is then disposed.</returns>
    bool Put(Frame frame);
}

/// <summary>
/// The buffer between a camera and its reader. It holds the newest frame only, so that a slow reader gets the latest frame and frames do
/// not queue. One writer and one reader; neither allocates.
/// </summary>
/// <param name="lossless">Whether the writer waits until the reader has taken its last frame.</param>
public sealed class FrameSlot(bool lossless = false) : IFrameTarget, IValueTaskSource<bool>, IDisposable
{
    private readonly object _lock = new();
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private Frame? _frame;
    private Exception? _failure;
    private long _dropped;
    private bool _woken;
    private bool _waiting;
    private bool _complete;

    /// <summary>Frames that a newer one replaced before they were taken.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <inheritdoc/>
    public bool Put(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        lock (_lock)
        {
            while (lossless && _frame is not null && !_complete)
                Monitor.Wait(_lock);
            if (_complete)
            {
                frame.Dispose();
                return false;
            }

            if (_frame is { } stale)
            {
                stale.Dispose();
                Interlocked.Increment(ref _dropped);
            }

            _frame = frame;
            Release();
            return true;
        }
    }

    /// <summary>Wakes the reader, with or without a frame.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            _woken = true;
            Release();
        }
    }

    /// <summary>Accepts no more frames. A frame in the slot can still be taken. The first call counts.</summary>
    /// <param name="failure">Why the frames end; null for the end of the source.</param>
    public void Complete(Exception? failure = null)
    {
        lock (_lock)
        {
            if (_complete)
                return;
            _complete = true;
            _failure = failure;
            Monitor.PulseAll(_lock);
            Release();
        }
    }

    /// <summary>Waits for a frame, for <see cref="Wake"/> or for the end.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the slot is empty and accepts no more frames.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_waiting)
                throw new InvalidOperationException("A slot has one reader at a time.");
            if (cancellationToken.IsCancellationRequested)
                return ValueTask.FromCanceled<bool>(cancellationToken);
            if (_frame is not null || _woken || _complete)
                return ValueTask.FromResult(Consume());
            _core.Reset();
            _waiting = true;
            _cancellation = cancellationToken;
        }

        // Outside the lock: a token that is cancelled right now calls back at once, and disposal of a registration waits for its callback.
        _registration = cancellationToken.UnsafeRegister(static slot => ((FrameSlot)slot!).Cancel(), this);
        return new ValueTask<bool>(this, _core.Version);
    }

    /// <summary>Takes the frame, which then belongs to the caller; null when there is none.</summary>
    public Frame? TryTake()
    {
        lock (_lock)
        {
            Frame? frame = _frame;
            _frame = null;
            if (lossless)
                Monitor.PulseAll(_lock);
            return frame;
        }
    }

    /// <summary>Waits for a frame and takes it.</summary>
    /// <returns>Null at the end of the source.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            if (TryTake() is { } frame)
                return frame;
        }

        return _failure is null ? null : throw _failure;
    }

    /// <summary>Accepts no more frames and disposes the one in the slot.</summary>
    public void Dispose()
    {
        Complete();
        TryTake()?.Dispose();
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _registration.Dispose();
        return _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _core.OnCompleted(continuation, state, token, flags);

    private void Release()
    {
        if (!_waiting)
            return;
        _waiting = false;
        _core.SetResult(Consume());
    }

    private bool Consume()
    {
        bool ready = _frame is not null || _woken;
        _woken = false;
        return ready;
    }

    private void Cancel()
    {
        lock (_lock)
        {
            if (!_waiting)
                return;
            _waiting = false;
            _core.SetException(new OperationCanceledException(_cancellation));
        }
    }
}
