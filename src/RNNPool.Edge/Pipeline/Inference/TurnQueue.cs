using System.Threading.Tasks.Sources;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>
/// Gives callers turns in the order of their requests. Each camera requests its next turn after its last one, so that the cameras that
/// have a frame take turns: a camera waits for at most one turn of each other camera. Allocates nothing in steady state. Thread-safe.
/// </summary>
internal sealed class TurnQueue
{
    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _waiting = new();
    private readonly Stack<Waiter> _free = new();
    private bool _taken;

    /// <summary>Waits for a turn. The caller ends it with <see cref="Exit"/>.</summary>
    public ValueTask EnterAsync()
    {
        lock (_lock)
        {
            if (!_taken)
            {
                _taken = true;
                return default;
            }

            if (!_free.TryPop(out Waiter? waiter))
                waiter = new Waiter(this);
            _waiting.Enqueue(waiter);
            return waiter.Begin();
        }
    }

    /// <summary>Ends the turn of the caller; the next caller in the queue begins its own.</summary>
    public void Exit()
    {
        Waiter? next;
        lock (_lock)
            _taken = _waiting.TryDequeue(out next);
        next?.Grant();
    }

    private void Recycle(Waiter waiter)
    {
        lock (_lock)
            _free.Push(waiter);
    }

    /// <summary>One wait, which is used again after its caller has seen the end.</summary>
    private sealed class Waiter(TurnQueue owner) : IValueTaskSource
    {
        // The continuation must not run on the thread of the camera that has ended its turn.
        private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

        public ValueTask Begin()
        {
            _core.Reset();
            return new ValueTask(this, _core.Version);
        }

        public void Grant() => _core.SetResult(true);

        public void GetResult(short token)
        {
            _core.GetResult(token);
            owner.Recycle(this);
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
