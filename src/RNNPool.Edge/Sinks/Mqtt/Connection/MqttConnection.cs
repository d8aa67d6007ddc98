using MQTTnet;
using MQTTnet.Exceptions;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>
/// Keeps one client connected to the broker: connects, announces, waits for the end of the connection, and reconnects with backoff.
/// </summary>
internal sealed partial class MqttConnection : IHeartbeat, IAsyncDisposable
{
    /// <summary>Name of the loop in log and health.</summary>
    public const string LoopName = "mqtt";

    /// <summary>
    /// How much longer than a request one step of the loop may take: name resolution and TLS handshake have limits of their own.
    /// </summary>
    private static readonly TimeSpan StepMargin = TimeSpan.FromSeconds(60);

    private readonly MqttOptions _options;
    private readonly string _clientId;
    private readonly MqttTopics _topics;
    private readonly IConnectionUser _user;
    private readonly LoopSupervisor _supervisor;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly BrokerSession _session;
    private readonly ReconnectPolicy _policy;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<BrokerSession> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private long _connections;
    private long _takeovers;
    private string? _lastError;
    private long _step;
    private volatile bool _idle = true;

    /// <summary>Creates a connection; nothing is sent before <see cref="Start"/>.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="clientId">Client id of this device.</param>
    /// <param name="topics">The topics, for availability.</param>
    /// <param name="user">The component that uses the connection.</param>
    /// <param name="supervisor">Runs the loop.</param>
    /// <param name="timeProvider">Clock of delays and limits.</param>
    /// <param name="logger">For connects and disconnects.</param>
    /// <param name="client">Replaces the client of MQTTnet.</param>
    /// <param name="random">Jitter of the delays.</param>
    public MqttConnection(
        MqttOptions options,
        string clientId,
        MqttTopics topics,
        IConnectionUser user,
        LoopSupervisor supervisor,
        TimeProvider timeProvider,
        ILogger logger,
        IMqttClient? client = null,
        Random? random = null
    )
    {
        _options = options;
        _clientId = clientId;
        _topics = topics;
        _user = user;
        _supervisor = supervisor;
        _timeProvider = timeProvider;
        _logger = logger;
        _policy = new ReconnectPolicy(options.ReconnectDelay, options.MaxReconnectDelay, random ?? Random.Shared);
        _session = new BrokerSession(client ?? new MqttClientFactory().CreateMqttClient(), options.Timeout, timeProvider, user.Receive);
    }

    /// <summary>State of the connection.</summary>
    public MqttStatus Status
    {
        get
        {
            lock (_lock)
            {
                bool connected = _connected.Task.IsCompletedSuccessfully;
                return new MqttStatus(_options.Broker, connected, _options.Tls.Enabled, _clientId, _connections, _takeovers, _lastError)
                {
                    Protocol = connected ? _session.Terms.VersionText : null,
                };
            }
        }
    }

    /// <summary>The terms of the newest connection.</summary>
    public BrokerTerms Terms => _session.Terms;

    string IHeartbeat.Name => "the MQTT connection";

    /// <summary>
    /// Time since the last step towards a connection; zero while the loop waits for the end of a connection or for its next attempt.
    /// </summary>
    public TimeSpan Age => _idle ? TimeSpan.Zero : _timeProvider.GetElapsedTime(Interlocked.Read(ref _step));

    /// <summary>Each request has a shorter limit, so that a silent broker does not exceed this one.</summary>
    public TimeSpan Limit => _options.Timeout + StepMargin;

    /// <summary>Starts the loop.</summary>
    public void Start() => _running = Task.Run(() => _supervisor.RunAsync(LoopName, RunAsync, _stopping.Token));

    /// <summary>Waits for a connection that has been announced.</summary>
    public async ValueTask<BrokerSession> WaitConnectedAsync(CancellationToken cancellationToken)
    {
        Task<BrokerSession> connected;
        lock (_lock)
            connected = _connected.Task;
        return await connected.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Marks progress of an announcement, so that a slow but moving one does not count as stalled.</summary>
    public void ReportProgress()
    {
        if (!_idle)
            BeginStep();
    }

    /// <summary>Publishes <c>offline</c>, because a clean disconnect discards the Will, and disconnects.</summary>
    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_session.IsConnected)
            return;
        try
        {
            await _session.PublishAsync(_topics.Availability, "offline"u8.ToArray(), retain: true, cancellationToken).ConfigureAwait(false);
            await _session.DisconnectAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MqttCommunicationException or OperationCanceledException or PublishRefusedException)
        {
            LogOfflineNotPublished(_logger, exception.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
            await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _session.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            TimeSpan delay;
            try
            {
                ConnectionOutcome outcome = await ConnectAndWaitAsync(stopping).ConfigureAwait(false);
                delay = RecordOutcome(outcome);
            }
            finally
            {
                _idle = true;
            }

            await Task.Delay(delay, _timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan RecordOutcome(ConnectionOutcome outcome)
    {
        TimeSpan delay = _policy.Next(outcome.End, outcome.Lifetime);
        string reason =
            _policy.IsContested && outcome.End == ConnectionEnd.ClosedSilently
                ? $"the broker closed {_policy.SilentCloses} connections in a row without a reason, while it was reachable: another client "
                    + $"seems to use the client id '{_clientId}'; each device needs its own Mqtt:ClientId."
                : outcome.Reason;
        lock (_lock)
        {
            _lastError = reason;
            if (_policy.IsContested)
                _takeovers++;
        }

        if (outcome.End == ConnectionEnd.TakenOver)
            LogTakenOver(_logger, _clientId, _options.Broker, _policy.Takeovers, delay.TotalSeconds);
        else
            LogDisconnected(_logger, _options.Broker, reason, delay.TotalSeconds);
        return delay;
    }

    private void BeginStep()
    {
        Interlocked.Exchange(ref _step, _timeProvider.GetTimestamp());
        _idle = false;
    }

    private async Task<ConnectionOutcome> ConnectAndWaitAsync(CancellationToken stopping)
    {
        BrokerClientOptions? setup = null;
        long? since = null;
        try
        {
            BeginStep();
            setup = BrokerClientOptions.Create(_options, _clientId, _topics.Availability, _timeProvider);
            MqttClientConnectResult result = await _session.ConnectAsync(setup, stopping).ConfigureAwait(false);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                return ConnectionOutcome.Failed(ConnectionFailure.Describe(result.ResultCode, _options));
            }

            BeginStep();
            since = _timeProvider.GetTimestamp();
            await _user.AnnounceAsync(_session, stopping).ConfigureAwait(false);
            lock (_lock)
            {
                _connections++;
                _lastError = null;
                _connected.TrySetResult(_session);
            }

            LogConnection();
            _idle = true;
            MqttClientDisconnectedEventArgs args = await _session.Disconnected.WaitAsync(stopping).ConfigureAwait(false);
            return Ended(args, since.Value);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // MQTTnet throws many types while connecting; each of them means "not connected, retry".
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (since is not { } start)
                return ConnectionOutcome.Failed(ConnectionFailure.Describe(exception, _options, setup));

            // Lost during the announcement: publishing fails first, the reason of the disconnect follows.
            if (_session.Disconnected is { IsCompletedSuccessfully: true } ended)
                return Ended(ended.Result, start);
            return new ConnectionOutcome(
                ConnectionFailure.DescribeLoss(exception),
                ConnectionEnd.Lost,
                _timeProvider.GetElapsedTime(start)
            );
        }
        finally
        {
            lock (_lock)
            {
                if (_connected.Task.IsCompleted)
                    _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            setup?.Dispose();
        }
    }

    private ConnectionOutcome Ended(MqttClientDisconnectedEventArgs args, long since) =>
        ConnectionOutcome.Ended(args, _clientId, _session.AbortReason, _timeProvider.GetElapsedTime(since));
}
