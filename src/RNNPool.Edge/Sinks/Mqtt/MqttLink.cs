using System.Buffers;
using Microsoft.Extensions.Options;
using MQTTnet;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Mqtt.Connection;
using RNNPool.Edge.Sinks.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// Connects the outbox and the retained states to the broker. Other components write to <see cref="EventOutbox"/> and
/// <see cref="RetainedStates"/> and never wait for the network.
/// </summary>
internal sealed partial class MqttLink : IConnectionUser, IAsyncDisposable
{
    /// <summary>Name of the publishing loop in log and health.</summary>
    public const string LoopName = "mqtt-publisher";

    /// <summary>Most of the time that a stop gives to waiting events; the rest is for the disconnect.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(400);

    private readonly EventOutbox _outbox;
    private readonly RetainedStates _states;
    private readonly Lazy<IEnumerable<IMqttListener>> _listeners;
    private readonly LoopSupervisor _supervisor;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<MqttLink> _logger;
    private readonly MqttConnection _connection;
    private readonly MqttPublisher _publisher;
    private readonly CancellationTokenSource _stopping = new();
    private Task _publishing = Task.CompletedTask;

    /// <summary>Creates a link; nothing is sent before <see cref="Start"/>.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="identity">Id of the device, for the client id.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="outbox">Events to publish.</param>
    /// <param name="states">Retained states to publish.</param>
    /// <param name="messages">Messages about moments to publish.</param>
    /// <param name="work">Set when there is something to publish.</param>
    /// <param name="listeners">Subscribers. Lazy, because a listener may itself publish over this link.</param>
    /// <param name="metrics">Shows the state of the link.</param>
    /// <param name="supervisor">Runs the loops.</param>
    /// <param name="timeProvider">Clock of delays and limits.</param>
    /// <param name="logger">For the connection and for losses.</param>
    /// <param name="client">Replaces the client of MQTTnet.</param>
    public MqttLink(
        IOptions<MqttOptions> options,
        DeviceIdentity identity,
        MqttTopics topics,
        EventOutbox outbox,
        RetainedStates states,
        MomentaryMessages messages,
        WorkSignal work,
        Lazy<IEnumerable<IMqttListener>> listeners,
        MqttMetrics metrics,
        LoopSupervisor supervisor,
        TimeProvider timeProvider,
        ILogger<MqttLink> logger,
        IMqttClient? client = null
    )
    {
        Topics = topics;
        _outbox = outbox;
        _states = states;
        _listeners = listeners;
        _supervisor = supervisor;
        _timeProvider = timeProvider;
        _logger = logger;
        _publisher = new MqttPublisher(outbox, states, messages, topics, work, timeProvider, logger);
        string clientId = identity.Expand(options.Value.ClientId);
        _connection = new MqttConnection(options.Value, clientId, topics, this, supervisor, timeProvider, logger, client);
        metrics.Observe(this);
    }

    /// <summary>The topics in use.</summary>
    public MqttTopics Topics { get; }

    /// <summary>State of the connection and of the outbox.</summary>
    public MqttStatus Status => _connection.Status with { Outbox = _outbox.Status, Restriction = _publisher.Refusal };

    /// <summary>The terms of the newest connection.</summary>
    public BrokerTerms Terms => _connection.Terms;

    /// <summary>The loop of the connection.</summary>
    public IHeartbeat Heartbeat => _connection;

    /// <summary>Starts to connect and to publish.</summary>
    public void Start()
    {
        _connection.Start();
        CancellationToken stopping = _stopping.Token;
        _publishing = Task.Run(() => _supervisor.RunAsync(LoopName, token => _publisher.RunAsync(_connection, token), stopping));
    }

    /// <summary>Publishes waiting events for a short time if there is a connection, publishes <c>offline</c> and disconnects.</summary>
    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested)
            return;
        _publisher.Drain();
        if (_connection.Status.Connected)
        {
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
        _publisher.Dispose();
        _stopping.Dispose();
    }

    /// <summary>
    /// Removes withdrawn topics first, because a picture may have been withdrawn while there was no connection. <c>online</c> comes last,
    /// so that its subscribers find valid states.
    /// </summary>
    async Task IConnectionUser.AnnounceAsync(BrokerSession session, CancellationToken cancellationToken)
    {
        await _publisher.PublishStatesAsync(session, removalsOnly: true, cancellationToken).ConfigureAwait(false);
        foreach (IMqttListener listener in _listeners.Value)
            listener.Connected(session.Terms);
        foreach (string filter in _listeners.Value.SelectMany(listener => listener.Filters).Distinct())
        {
            _connection.ReportProgress();
            MqttClientSubscribeResultCode code = await session.SubscribeAsync(filter, cancellationToken).ConfigureAwait(false);
            if (code > MqttClientSubscribeResultCode.GrantedQoS2)
                LogSubscriptionRefused(_logger, filter, code.ToString());
        }

        _connection.ReportProgress();
        _states.MarkAll();
        await _publisher.PublishStatesAsync(session, removalsOnly: false, cancellationToken).ConfigureAwait(false);
        try
        {
            await session.PublishAsync(Topics.Availability, "online"u8.ToArray(), retain: true, cancellationToken).ConfigureAwait(false);
        }
        catch (PublishRefusedException exception) when (exception.IsFinal)
        {
            _publisher.RecordRefusal(Topics.Availability, exception.Message);
        }
    }

    void IConnectionUser.Receive(MqttApplicationMessage message)
    {
        ReadOnlySequence<byte> payload = message.Payload;
        var received = new ReceivedMessage(message.Topic, payload.IsSingleSegment ? payload.First : payload.ToArray(), message.Retain);
        foreach (IMqttListener listener in _listeners.Value)
            listener.Received(received);
    }
}
