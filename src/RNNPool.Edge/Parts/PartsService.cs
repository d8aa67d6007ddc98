using RNNPool.Edge.Core;

namespace RNNPool.Edge.Parts;

/// <summary>
/// Runs each part on a thread of its own: a bus that hangs keeps neither a frame, nor a pin, nor another part waiting. A part that fails is
/// opened again with backoff.
/// </summary>
internal sealed partial class PartsService(
    PartsStatus status,
    PartTriggers triggers,
    TimeProvider timeProvider,
    ILogger<PartsService> logger
) : IHostedService, IDisposable
{
    private static readonly TimeSpan MinDelay = TimeSpan.FromSeconds(1),
        MaxDelay = TimeSpan.FromMinutes(1);

    /// <summary>How long a stop waits for the parts to come to rest; a bus that hangs is abandoned.</summary>
    private static readonly TimeSpan RestTime = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stopping = new();
    private readonly long _started = timeProvider.GetTimestamp();
    private Thread[] _threads = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _threads =
        [
            .. status.States.Select(state => new Thread(() => Run(state)) { IsBackground = true, Name = $"Part {state.Part.Name}" }),
        ];
        foreach (Thread thread in _threads)
            thread.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        long begin = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (Thread thread in _threads)
        {
            TimeSpan left = RestTime - System.Diagnostics.Stopwatch.GetElapsedTime(begin);
            thread.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }

    public void Dispose() => _stopping.Cancel();

    private void Run(PartState state)
    {
        CancellationToken stopping = _stopping.Token;
        var backoff = new Backoff(MinDelay, MaxDelay);
        using var signal = new PartSignal(timeProvider);
        using IDisposable subscription = triggers.Subscribe(signal);
        string? logged = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Use(state, signal, Opened, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A binding may throw anything; a part must not end the device.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                string failure = exception is IOException ? exception.Message : $"The {state.Part.Name} failed: {exception.Message}";
                state.End(failure);
                if (logged != failure)
                    LogFailed(state.Part.Name, failure);
                logged = failure;
                try
                {
                    signal.Wait(backoff.Next(), stopping);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }

        void Opened()
        {
            backoff.Reset();
            if (logged is not null)
                LogRecovered(state.Part.Name);
            logged = null;
        }
    }

    private void Use(PartState state, PartSignal signal, Action opened, CancellationToken stopping)
    {
        state.Begin();
        using IPartSession session = state.Part.Open(signal);
        bool first = true;
        try
        {
            while (true)
            {
                state.Begin();
                TimeSpan wait = session.Update(timeProvider.GetElapsedTime(_started));
                state.End(null);
                if (first)
                    opened();
                first = false;
                signal.Wait(wait, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            session.Rest();
            throw;
        }
    }

    [LoggerMessage(1700, LogLevel.Warning, "The {Part} cannot be used, and is tried again: {Failure}")]
    private partial void LogFailed(string part, string failure);

    [LoggerMessage(1701, LogLevel.Information, "The {Part} works again.")]
    private partial void LogRecovered(string part);
}
