using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RNNPool.Edge.Web.Live;

/// <summary>
/// Encodes pictures for viewers one at a time on a thread of low priority, with a pause after each, so that the detector keeps its
/// processor regardless of the number of viewers. The thread ends after it has been idle for a while.
/// </summary>
internal sealed partial class EncodingThread
{
    /// <summary>
    /// After a picture that took 1 ms nothing is encoded for 3 ms: all viewers together take a quarter of one core at most.
    /// </summary>
    private const double RestPerWork = 3;

    /// <summary>The niceness of the thread, from 0 (as other threads) to 19 (setpriority(2); on Linux each thread has its own).</summary>
    private const int Niceness = 10;

    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(250),
        IdleTime = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly Queue<Action> _work = new();
    private bool _runs;

    /// <summary>Queues work and completes with its result.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _work.Enqueue(() =>
            {
                try
                {
                    done.SetResult(work());
                }
#pragma warning disable CA1031 // The caller that awaits the work receives the exception.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    done.SetException(exception);
                }
            });
            Monitor.Pulse(_gate);
            if (_runs)
                return done.Task;
            _runs = true;
        }

        new Thread(Run) { IsBackground = true, Name = "live view" }.Start();
        return done.Task;
    }

    private void Run()
    {
        // Without the permission to lower its priority the thread works as before.
        const int ThisThread = 0,
            Process = 0;
        _ = SetPriority(Process, ThisThread, Niceness);
        while (Next() is { } work)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            TimeSpan rest = Stopwatch.GetElapsedTime(start) * RestPerWork;
            Thread.Sleep(rest < LongestRest ? rest : LongestRest);
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (_work.Count == 0)
            {
                if (Monitor.Wait(_gate, IdleTime) || _work.Count > 0)
                    continue;
                _runs = false;
                return null;
            }

            return _work.Dequeue();
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int niceness);
}
