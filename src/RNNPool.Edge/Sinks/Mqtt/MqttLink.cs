using System.Buffers;
using Microsoft.Extensions.Options;
using MQTTnet;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health;
using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Sinks.Mqtt.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// The device's way to its broker: events leave the outbox in order, each with the broker's acknowledgement before the next; retained states follow the
/// newest value. Parts put things into <see cref="EventOutbox"/> and <see cref="RetainedStates"/> and never wait for the network.
/// </summary>
internal sealed partial class MqttLink : IConnectionUser, IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Most of the time that a stop gives events to leave; the rest is for the goodbye.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(400);

    private readonly EventOutbox _outbox;
    private readonly RetainedStates _states;
    private readonly WorkSignal _work;
    private readonly Func<IMqttListener[]> _listeners;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<MqttLink> _logger;
    private readonly MqttConnection _connection;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _statesGate = new(1, 1);
    private Task _publishing = Task.CompletedTask;
    private volatile bool _draining;

    /// <summary>Prepares a connection; nothing is sent before <see cref="Start"/>.</summary>
    public MqttLink(
        IOptions<MqttOptions> options,
        DeviceIdentity identity,
        MqttTopics topics,
        EventOutbox outbox,
        RetainedStates states,
        WorkSignal work,
        Func<IMqttListener[]> listeners,
        TimeProvider timeProvider,
        ILogger<MqttLink> logger,
        IMqttClient? client = null
    )
    {
        (Topics, _outbox, _states, _work, _listeners, _timeProvider, _logger) = (
            topics,
            outbox,
            states,
            work,
            listeners,
            timeProvider,
            logger
        );
        _connection = new MqttConnection(
            options.Value,
            identity.Expand(options.Value.ClientId),
            topics,
            this,
            timeProvider,
            logger,
            client
        );
    }

    /// <summary>The topics in use.</summary>
    public MqttTopics Topics { get; }

    /// <summary>How the connection and the outbox are doing.</summary>
    public MqttStatus Status => _connection.Status with { Outbox = _outbox.Status };

    /// <summary>The loop that keeps the connection.</summary>
    public IHeartbeat Heartbeat => _connection;

    public void Start()
    {
        _connection.Start();
        _publishing = Task.Run(() => PublishAsync(_stopping.Token));
    }

    /// <summary>Lets what waits leave, for a short time, when there is a connection; says <c>offline</c> and disconnects.</summary>
    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested)
            return;
        _draining = true;
        if (_connection.Status.Connected)
        {
            _work.Set();
            using var limit = new CancellationTokenSource(DrainTime, _timeProvider);
            using var drain = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            await _publishing.WaitAsync(drain.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _publishing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connection.StopAsync(cancellationToken).ConfigureAwait(false);
        OutboxStatus left = _outbox.Status;
        if (left.Queued == 0)
            return;
        if (left.OnDisk)
            LogLeftOnDisk(_logger, left.Queued);
        else
            LogLost(_logger, left.Queued);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
            await _stopping.CancelAsync().ConfigureAwait(false);
        await _publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _statesGate.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Subscribes, publishes every state, and then says <c>online</c>: whoever reads that finds states that hold.</summary>
    async Task IConnectionUser.AnnounceAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        IMqttListener[] listeners = _listeners();
        foreach (IMqttListener listener in listeners)
            listener.Connected();
        foreach (string filter in listeners.SelectMany(listener => listener.Filters).Distinct())
        {
            MqttClientSubscribeResultCode code = await _connection.SubscribeAsync(client, filter, cancellationToken).ConfigureAwait(false);
            if (code > MqttClientSubscribeResultCode.GrantedQoS2)
                LogSubscriptionRefused(_logger, filter, code.ToString());
        }

        _states.MarkAll();
        await PublishStatesAsync(client, cancellationToken).ConfigureAwait(false);
        await _connection
            .PublishAsync(client, Topics.Availability, "online"u8.ToArray(), retain: true, cancellationToken)
            .ConfigureAwait(false);
    }

    void IConnectionUser.Received(MqttApplicationMessage message)
    {
        ReadOnlySequence<byte> payload = message.Payload;
        var received = new ReceivedMessage(message.Topic, payload.IsSingleSegment ? payload.First : payload.ToArray(), message.Retain);
        foreach (IMqttListener listener in _listeners())
            listener.Received(received);
    }

    private async Task PublishAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                IMqttClient client = await _connection.ConnectedAsync(stopping).ConfigureAwait(false);
                bool busy = await PublishEventAsync(client, stopping).ConfigureAwait(false);
                busy |= await PublishStatesAsync(client, stopping).ConfigureAwait(false);
                if (busy)
                    continue;
                if (_draining)
                    return;
                await _work.WaitAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (MqttConnection.IsTransient(exception, stopping) || exception is PublishRefusedException)
            {
                LogInterrupted(_logger, exception.Message);

                // The end of the connection may be known here before it is known there.
                await Task.Delay(RetryDelay, _timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>Whether there was one.</returns>
    private async Task<bool> PublishEventAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        if (_outbox.Peek() is not { } next)
            return false;
        try
        {
            await _connection.PublishAsync(client, Topics.Events, next.Payload, retain: false, cancellationToken).ConfigureAwait(false);
            _outbox.Published(next);
            LogPublished(_logger, Topics.Events, next.Payload.Length);
        }
        catch (PublishRefusedException exception) when (exception.IsFinal)
        {
            _outbox.Refused(next, exception.Message);
        }

        return true;
    }

    /// <returns>Whether there was one.</returns>
    private async Task<bool> PublishStatesAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        // One at a time: a new connection announces states while the loop may be about to publish one.
        await _statesGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            IReadOnlyList<RetainedState> pending = _states.Pending();
            foreach (RetainedState state in pending)
            {
                try
                {
                    await _connection
                        .PublishAsync(client, state.Topic, state.Payload, retain: true, cancellationToken)
                        .ConfigureAwait(false);
                    LogPublished(_logger, state.Topic, state.Payload.Length);
                }
                catch (PublishRefusedException exception) when (exception.IsFinal)
                {
                    LogStateRefused(_logger, exception.Message);
                }

                _states.Done(state);
            }

            return pending.Count > 0;
        }
        finally
        {
            _statesGate.Release();
        }
    }
}
