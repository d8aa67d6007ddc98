using System.Collections.Concurrent;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Sinks.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// Publishes events from the outbox in order, each after the acknowledgement of the one before it, messages about moments, and the newest
/// values of the retained states.
/// </summary>
internal sealed partial class MqttPublisher(
    EventOutbox outbox,
    RetainedStates states,
    MomentaryMessages messages,
    MqttTopics topics,
    WorkSignal work,
    TimeProvider timeProvider,
    ILogger logger
) : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _statesGate = new(1, 1);
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);
    private volatile bool _draining;

    /// <summary>Which topics the broker refuses, as a sentence; null when it refuses none.</summary>
    public string? Refusal =>
        _refused.FirstOrDefault() is { Key: { } topic, Value: var reason }
            ? $"The broker refuses {(_refused.Count == 1 ? "a topic" : $"{_refused.Count} topics, among them {topic}")}: {reason}"
            : null;

    /// <summary>Lets <see cref="RunAsync"/> return as soon as nothing is left to publish.</summary>
    public void Drain()
    {
        _draining = true;
        work.Set();
    }

    /// <summary>Publishes over the connection until it is drained or cancelled.</summary>
    public async Task RunAsync(MqttConnection connection, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                BrokerSession session = await connection.WaitConnectedAsync(stopping).ConfigureAwait(false);
                bool busy = await PublishMessageAsync(session, stopping).ConfigureAwait(false);
                busy |= await PublishEventAsync(session, stopping).ConfigureAwait(false);
                busy |= await PublishStatesAsync(session, removalsOnly: false, stopping).ConfigureAwait(false);
                if (busy)
                    continue;
                if (_draining)
                    return;
                await work.WaitAsync(stopping).ConfigureAwait(false);
            }
            catch (Exception exception)
                when (!stopping.IsCancellationRequested && (BrokerSession.IsTransient(exception) || exception is PublishRefusedException))
            {
                LogInterrupted(logger, exception.Message);

                // This loop may learn of the end of the connection before the connection's own loop does.
                await Task.Delay(RetryDelay, timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Publishes the retained states that have changed.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="removalsOnly">Only topics that are to be removed from the broker.</param>
    /// <param name="cancellationToken">Ends the publishing.</param>
    /// <returns>Whether a state was published.</returns>
    public async Task<bool> PublishStatesAsync(BrokerSession session, bool removalsOnly, CancellationToken cancellationToken)
    {
        // A new connection announces all states while the loop may be about to publish one of them.
        await _statesGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            bool any = false;
            foreach (RetainedState state in states.Pending())
            {
                if (removalsOnly && state.Payload.Length > 0)
                    continue;
                // It stays pending, and is published when its suspension has ended.
                if (session.IsSuspended(state.Topic))
                {
                    RecordRefusal(state.Topic, TopicSuspension.Describe(state.Topic, state.Payload.Length));
                    continue;
                }

                any = true;

                // A picture that has been withdrawn since the list was made must not be published.
                if (!states.IsCurrent(state))
                    continue;
                try
                {
                    await session.PublishAsync(state.Topic, state.Payload, retain: true, cancellationToken).ConfigureAwait(false);
                    LogPublished(logger, state.Topic, state.Payload.Length);
                    _refused.TryRemove(state.Topic, out _);
                }
                catch (PublishRefusedException exception) when (exception.IsFinal)
                {
                    RecordRefusal(state.Topic, exception.Message);
                }

                states.MarkPublished(state);
            }

            return any;
        }
        finally
        {
            _statesGate.Release();
        }
    }

    public void Dispose() => _statesGate.Dispose();

    /// <summary>Topics are published often; a refusal is logged when it begins.</summary>
    public void RecordRefusal(string topic, string reason)
    {
        if (_refused.TryAdd(topic, reason))
            LogRefused(logger, reason);
    }

    private async Task<bool> PublishMessageAsync(BrokerSession session, CancellationToken cancellationToken)
    {
        if (messages.Take() is not { } message)
            return false;
        try
        {
            await session.PublishAsync(message.Topic, message.Payload, retain: false, cancellationToken).ConfigureAwait(false);
            LogPublished(logger, message.Topic, message.Payload.Length);
        }
        catch (PublishRefusedException exception) when (exception.IsFinal)
        {
            RecordRefusal(message.Topic, exception.Message);
        }

        return true;
    }

    /// <summary>Publishes the next event of the outbox.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="cancellationToken">Ends the publishing.</param>
    /// <returns>Whether there was one that may be published.</returns>
    public async Task<bool> PublishEventAsync(BrokerSession session, CancellationToken cancellationToken)
    {
        if (session.IsSuspended(topics.Events))
        {
            RecordRefusal(topics.Events, TopicSuspension.Describe(topics.Events, outbox.Peek()?.Payload.Length ?? 0));
            return false;
        }

        if (outbox.Peek() is not { } next)
            return false;
        try
        {
            await session.PublishAsync(topics.Events, next.Payload, retain: false, cancellationToken).ConfigureAwait(false);
            outbox.MarkPublished(next);
            _refused.TryRemove(topics.Events, out _);
            LogPublished(logger, topics.Events, next.Payload.Length);
        }
        catch (PublishRefusedException exception) when (exception.IsFinal)
        {
            outbox.MarkRefused(next, exception.Message);
        }

        return true;
    }
}
