using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Outbox;

namespace RNNPool.Edge.Sinks.Notify;

/// <summary>State of an address that receives notifications.</summary>
/// <param name="Name"><c>webhook</c>, <c>ntfy</c> or <c>telegram</c>.</param>
/// <param name="Host">Host and port of the address.</param>
/// <param name="Waiting">Notifications that wait to be sent.</param>
/// <param name="Sent">Notifications that the receiver has accepted since the start.</param>
/// <param name="Failures">Failed attempts since the last success.</param>
/// <param name="LastError">Why the last attempt failed; null after a success.</param>
/// <param name="Outbox">The queue.</param>
public sealed record NotifyStatus(string Name, string Host, int Waiting, long Sent, long Failures, string? LastError, OutboxStatus Outbox);

/// <summary>
/// The notifications of one address, in order. A notification that fails is sent again with growing delays; the queue is on disk, so that
/// it survives a restart. Other addresses are not affected.
/// </summary>
internal sealed partial class NotifyQueue(
    INotifyChannel channel,
    EventOutbox outbox,
    WorkSignal signal,
    NotifyComposer composer,
    TimeProvider time,
    ILogger<NotifyQueue> logger
) : IDisposable
{
    /// <summary>First and longest delay after a failure.</summary>
    public static readonly TimeSpan MinDelay = TimeSpan.FromSeconds(5),
        MaxDelay = TimeSpan.FromMinutes(10);

    /// <summary>Longest wait that a receiver may ask for.</summary>
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    private readonly Backoff _backoff = new(MinDelay, MaxDelay);
    private long _failures;
    private volatile string? _lastError;

    /// <summary>Name of the channel.</summary>
    public string Name => channel.Name;

    /// <summary>The present state.</summary>
    public NotifyStatus Status
    {
        get
        {
            OutboxStatus waiting = outbox.Status;
            return new NotifyStatus(
                channel.Name,
                channel.Host,
                waiting.Queued,
                waiting.Published,
                Interlocked.Read(ref _failures),
                _lastError,
                waiting
            );
        }
    }

    /// <summary>Adds the notification of an event. Never waits for the network.</summary>
    public void Append(byte[] json) => outbox.Append(json);

    /// <summary>Sends until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (outbox.Peek() is not { } next)
            {
                await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            await composer.WaitAsync(next, cancellationToken).ConfigureAwait(false);
            NotifyResult? result = await composer.SendAsync(channel, next, cancellationToken).ConfigureAwait(false);
            if (result is not null && await FinishAsync(next, result, cancellationToken).ConfigureAwait(false) is { } delay)
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => outbox.Dispose();

    /// <returns>The delay before the next attempt; null for none.</returns>
    private ValueTask<TimeSpan?> FinishAsync(OutboxEvent sent, NotifyResult result, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        switch (result.Outcome)
        {
            case NotifyOutcome.Accepted:
                outbox.MarkPublished(sent);
                if (Interlocked.Exchange(ref _failures, 0) > 0)
                    LogRecovered(logger, channel.Name, channel.Host);
                _lastError = null;
                _backoff.Reset();
                return default;
            case NotifyOutcome.Refused:
                outbox.MarkRefused(sent, $"The {channel.Name} {channel.Host} refuses the notification: {result.Reason}.");
                return default;
            default:
                TimeSpan delay = _backoff.Next();
                if (result.RetryAfter is { } asked && asked > delay)
                    delay = asked < MaxRetryAfter ? asked : MaxRetryAfter;
                if (_lastError != result.Reason)
                    LogFailed(logger, channel.Name, channel.Host, result.Reason!, delay.TotalSeconds);
                _lastError = result.Reason;
                Interlocked.Increment(ref _failures);
                return ValueTask.FromResult<TimeSpan?>(delay);
        }
    }

    [LoggerMessage(
        1400,
        LogLevel.Warning,
        "A notification could not be sent to the {Channel} {Host}: {Reason}. The next attempt is in {Seconds:0} s."
    )]
    private static partial void LogFailed(ILogger logger, string channel, string host, string reason, double seconds);

    [LoggerMessage(1401, LogLevel.Information, "The {Channel} {Host} accepts notifications again.")]
    private static partial void LogRecovered(ILogger logger, string channel, string host);
}
