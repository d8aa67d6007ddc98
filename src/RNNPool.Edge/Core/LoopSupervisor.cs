namespace RNNPool.Edge.Core;

/// <summary>
/// Runs the loops that live as long as the device. A loop that throws is logged and restarted with backoff; while it waits for its restart,
/// health is degraded. Thread-safe.
/// </summary>
public sealed partial class LoopSupervisor(TimeProvider timeProvider, ILogger<LoopSupervisor> logger) : IHealthSource
{
    /// <summary>Shortest delay before a restart.</summary>
    public static readonly TimeSpan MinDelay = TimeSpan.FromSeconds(1);

    /// <summary>Longest delay before a restart.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _failures = new(StringComparer.Ordinal);
    private long _restarts;

    /// <inheritdoc/>
    public string Name => "loops";

    /// <inheritdoc/>
    public string? Failure => null;

    /// <inheritdoc/>
    public string? Degradation
    {
        get
        {
            lock (_lock)
                return _failures.Count == 0 ? null : string.Join(' ', _failures.Values);
        }
    }

    /// <summary>How often a loop has been restarted since the start of the device.</summary>
    public long Restarts => Interlocked.Read(ref _restarts);

    /// <summary>Runs a loop until it returns or the token is cancelled.</summary>
    /// <param name="name">Unique name of the loop for log and health, such as <c>mqtt</c>.</param>
    /// <param name="loop">The loop. It is called again after each exception, so it must be able to start from any state.</param>
    /// <param name="cancellationToken">Ends the loop.</param>
    /// <returns>Completes when the loop has ended. It never faults, and cancellation does not cancel it.</returns>
    public async Task RunAsync(string name, Func<CancellationToken, Task> loop, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(loop);
        var backoff = new Backoff(MinDelay, MaxDelay);
        while (!cancellationToken.IsCancellationRequested)
        {
            long started = timeProvider.GetTimestamp();
            try
            {
                await loop(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Isolation is the purpose: one loop that fails must not end the device or stop unnoticed.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                // A loop that ran for long starts with a short delay again.
                if (timeProvider.GetElapsedTime(started) > MaxDelay)
                    backoff.Reset();
                TimeSpan delay = backoff.Next();
                LogFailed(name, delay.TotalSeconds, exception);
                Set(name, $"The {name} loop failed ({exception.GetType().Name}: {exception.Message}) and restarts.");
                await Task.Delay(delay, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Interlocked.Increment(ref _restarts);
                Set(name, null);
            }
        }
    }

    private void Set(string name, string? failure)
    {
        lock (_lock)
        {
            if (failure is null)
                _failures.Remove(name);
            else
                _failures[name] = failure;
        }
    }

    [LoggerMessage(1970, LogLevel.Error, "The {Loop} loop failed and restarts in {Seconds:0.#} s.")]
    private partial void LogFailed(string loop, double seconds, Exception exception);
}
