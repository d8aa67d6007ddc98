using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RNNPool.Edge.Web.Live;

/// <summary>
/// Where pictures for viewers are encoded: one at a time, on a thread that lets every other go first, and with a rest after each. However many look,
/// the detector keeps its processor. The thread is there while there is work, and a while longer.
/// </summary>
internal sealed partial class EncodingThread
{
    /// <summary>After a picture that took 1 ms nothing is encoded for 3 ms: all viewers together take a quarter of one core at most.</summary>
    private const double RestPerWork = 3;

    /// <summary>The niceness of the thread, from 0 (as the others) to 19 (setpriority(2); on Linux each thread has its own).</summary>
    private const int Niceness = 10;

    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(250),
        IdleTime = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly Queue<Action> _work = new();
    private bool _runs;

    /// <summary>Does some work when it is its turn.</summary>
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
#pragma warning disable CA1031 // It goes to whoever waits for the work.
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
        // Without the right to it the work is done as before.
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
