using System.Buffers;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>Keeps one client connected to the broker: connects, announces, waits for the connection to end, and tries again with growing delays.</summary>
internal sealed partial class MqttConnection : IHeartbeat, IAsyncDisposable
{
    /// <summary>More than the headers and properties of a message of ours take.</summary>
    private const int PacketOverhead = 32;

    /// <summary>How much longer than the time of one answer the loop may take for its next step: the name is looked up, and TLS is spoken.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(60);

    /// <summary>How long a broker may take to hear that this client leaves.</summary>
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(1);

    private readonly MqttOptions _options;
    private readonly string _clientId;
    private readonly MqttTopics _topics;
    private readonly IConnectionUser _user;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly IMqttClient _client;
    private readonly ReconnectPolicy _policy;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<IMqttClient> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<MqttClientDisconnectedEventArgs> _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private long _connections;
    private long _takeovers;
    private string? _lastError;
    private volatile string? _abortReason;
    private uint _maxPacket = uint.MaxValue;
    private long _step;
    private volatile bool _waiting = true;

    /// <param name="options">The settings.</param>
    /// <param name="clientId">Who this device is to the broker.</param>
    /// <param name="topics">Where it says <c>online</c> and <c>offline</c>.</param>
    /// <param name="user">Who uses the connection.</param>
    /// <param name="timeProvider">Clock of the delays between attempts.</param>
    /// <param name="logger">Where the ups and downs are told.</param>
    /// <param name="client">A client in place of MQTTnet's.</param>
    /// <param name="random">What spreads the delays.</param>
    public MqttConnection(
        MqttOptions options,
        string clientId,
        MqttTopics topics,
        IConnectionUser user,
        TimeProvider timeProvider,
        ILogger logger,
        IMqttClient? client = null,
        Random? random = null
    )
    {
        (_options, _clientId, _topics, _user, _timeProvider, _logger) = (options, clientId, topics, user, timeProvider, logger);
        _policy = new ReconnectPolicy(options.ReconnectDelay, options.MaxReconnectDelay, random ?? Random.Shared);
        _client = client ?? new MqttClientFactory().CreateMqttClient();
        _client.DisconnectedAsync += args =>
        {
            _disconnected.TrySetResult(args);
            return Task.CompletedTask;
        };
        _client.ApplicationMessageReceivedAsync += args =>
        {
            // On the client's receiving loop: nothing here may wait for the broker.
            _user.Received(args.ApplicationMessage);
            return Task.CompletedTask;
        };
    }

    public MqttStatus Status
    {
        get
        {
            lock (_lock)
                return new MqttStatus(
                    _options.Broker,
                    _connected.Task.IsCompletedSuccessfully,
                    _options.Tls.Enabled,
                    _clientId,
                    _connections,
                    _takeovers,
                    _lastError
                );
        }
    }

    string IHeartbeat.Name => "the MQTT connection";

    /// <summary>Time since the loop's last step towards a connection; zero while it waits for the connection to end, or for its next attempt, as it may for days.</summary>
    public TimeSpan Age => _waiting ? TimeSpan.Zero : _timeProvider.GetElapsedTime(Interlocked.Read(ref _step));

    /// <summary>Every step has a limit of its own, so that a silent broker is left long before this.</summary>
    public TimeSpan Limit => _options.Timeout + Slack;

    public void Start() => _running = Task.Run(() => RunAsync(_stopping.Token));

    /// <summary>The client, once it is connected and has announced the device.</summary>
    public async ValueTask<IMqttClient> ConnectedAsync(CancellationToken cancellationToken)
    {
        Task<IMqttClient> connected;
        lock (_lock)
            connected = _connected.Task;
        return await connected.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Publishes with QoS 1 and waits for the broker's word. A broker that does not give it in time is disconnected from.</summary>
    /// <exception cref="MqttCommunicationException">The broker is gone, or silent.</exception>
    /// <exception cref="PublishRefusedException">The broker is there, and does not take the message.</exception>
    public async Task PublishAsync(
        IMqttClient client,
        string topic,
        ReadOnlyMemory<byte> payload,
        bool retain,
        CancellationToken cancellationToken
    )
    {
        if (payload.Length + topic.Length + PacketOverhead > _maxPacket)
            throw new PublishRefusedException(
                $"a message of {payload.Length} bytes to {topic} is larger than the broker takes ({_maxPacket} bytes).",
                isFinal: true
            );
        var message = new MqttApplicationMessage
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Retain = retain,
        };
        MqttClientPublishResult result = await InTimeAsync(token => client.PublishAsync(message, token), cancellationToken)
            .ConfigureAwait(false);
        if (result.IsSuccess)
            return;
        bool final =
            result.ReasonCode
            is not (
                MqttClientPublishReasonCode.QuotaExceeded
                or MqttClientPublishReasonCode.UnspecifiedError
                or MqttClientPublishReasonCode.ImplementationSpecificError
                or MqttClientPublishReasonCode.PacketIdentifierInUse
            );
        throw new PublishRefusedException(
            $"the broker refused a message to {topic}: {result.ReasonCode} {SettingRules.Printable(result.ReasonString ?? "")}".TrimEnd()
                + ".",
            final
        );
    }

    /// <summary>Subscribes with QoS 1, to messages with the mark of being retained left on them.</summary>
    /// <returns>What the broker says.</returns>
    public async Task<MqttClientSubscribeResultCode> SubscribeAsync(IMqttClient client, string filter, CancellationToken cancellationToken)
    {
        var options = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(topic => topic.WithTopic(filter).WithAtLeastOnceQoS().WithRetainAsPublished())
            .Build();
        MqttClientSubscribeResult result = await InTimeAsync(token => client.SubscribeAsync(options, token), cancellationToken)
            .ConfigureAwait(false);
        return result.Items.Select(item => item.ResultCode).DefaultIfEmpty(MqttClientSubscribeResultCode.GrantedQoS1).Max();
    }

    /// <summary>Whether trying again may help: the network or the broker failed, not this program.</summary>
    public static bool IsTransient(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && exception
            is MqttCommunicationException
                or OperationCanceledException
                or SocketException
                or IOException
                or ObjectDisposedException;

    /// <summary>Says <c>offline</c>, as a clean disconnect discards the Will, and disconnects.</summary>
    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_client.IsConnected)
            return;
        try
        {
            await PublishAsync(_client, _topics.Availability, "offline"u8.ToArray(), retain: true, cancellationToken).ConfigureAwait(false);
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MqttCommunicationException or OperationCanceledException or PublishRefusedException)
        {
            LogNotSaidGoodbye(_logger, exception.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
            await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            (string Reason, ConnectionEnd End, TimeSpan Lifetime) last;
            try
            {
                last = await ConnectAndWaitAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            TimeSpan delay = _policy.Next(last.End, last.Lifetime);
            string reason =
                _policy.IsContested && last.End == ConnectionEnd.ClosedSilently
                    ? $"the broker closed {_policy.SilentCloses} connections in a row without a word, and was there all the time: another client seems to use the client id '{_clientId}'; each device needs its own Mqtt:ClientId."
                    : last.Reason;
            lock (_lock)
            {
                _lastError = reason;
                if (_policy.IsContested)
                    _takeovers++;
            }

            if (last.End == ConnectionEnd.TakenOver)
                LogTakenOver(_logger, _clientId, _options.Broker, _policy.Takeovers, delay.TotalSeconds);
            else
                LogDisconnected(_logger, _options.Broker, reason, delay.TotalSeconds);
            _waiting = true;
            await Task.Delay(delay, _timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Step()
    {
        Interlocked.Exchange(ref _step, _timeProvider.GetTimestamp());
        _waiting = false;
    }

    /// <returns>Why the connection ended, or did not come about.</returns>
    private async Task<(string Reason, ConnectionEnd End, TimeSpan Lifetime)> ConnectAndWaitAsync(CancellationToken stopping)
    {
        BrokerClientOptions? setup = null;
        long? since = null;
        try
        {
            Step();
            setup = BrokerClientOptions.Create(_options, _clientId, _topics.Availability);
            if (_client.IsConnected)
                await LeaveAsync().ConfigureAwait(false);
            var disconnected = _disconnected = new TaskCompletionSource<MqttClientDisconnectedEventArgs>(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            _abortReason = null;
            MqttClientConnectResult result = await ConnectAsync(setup.Options, stopping).ConfigureAwait(false);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
                return (ConnectionFailure.Describe(result.ResultCode, _options), ConnectionEnd.Failed, TimeSpan.Zero);

            Step();
            since = _timeProvider.GetTimestamp();
            _maxPacket = result.MaximumPacketSize is > 0 and { } largest ? largest : uint.MaxValue;
            await _user.AnnounceAsync(_client, stopping).ConfigureAwait(false);
            lock (_lock)
            {
                _connections++;
                _lastError = null;
                _connected.TrySetResult(_client);
            }

            LogConnected(_logger, _options.Broker, _options.Tls.Enabled ? " over TLS" : "", _clientId, _topics.State);
            _waiting = true;
            MqttClientDisconnectedEventArgs args = await disconnected.Task.WaitAsync(stopping).ConfigureAwait(false);
            return Describe(args, _timeProvider.GetElapsedTime(since.Value));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // MQTTnet throws many types while connecting; every one of them means "not connected, try again".
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (since is not { } start)
                return (ConnectionFailure.Describe(exception, _options, setup), ConnectionEnd.Failed, TimeSpan.Zero);

            // Lost between the connection and the end of the announcement: publishing fails first, and the reason follows.
            TimeSpan lifetime = _timeProvider.GetElapsedTime(start);
            return _disconnected.Task is { IsCompletedSuccessfully: true } ended
                ? Describe(ended.Result, lifetime)
                : (ConnectionFailure.DescribeLoss(exception), ConnectionEnd.Lost, lifetime);
        }
        finally
        {
            lock (_lock)
            {
                if (_connected.Task.IsCompleted)
                    _connected = new TaskCompletionSource<IMqttClient>(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            setup?.Dispose();
        }
    }

    // MQTTnet leaves it to the token to limit the time.
    private async Task<MqttClientConnectResult> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _timeProvider);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await _client.ConnectAsync(options, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("no answer in time", exception);
        }
    }

    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _timeProvider);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        if (!_waiting)
            Step();
        try
        {
            return await request(timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            _abortReason = "the broker did not acknowledge a message in time.";
            await LeaveAsync().ConfigureAwait(false);
            throw new MqttCommunicationException(_abortReason, exception);
        }
    }

    // A broker that hangs does not take this in either.
    private async Task LeaveAsync()
    {
        using var patience = new CancellationTokenSource(GoodbyeTime, _timeProvider);
        await _client
            .DisconnectAsync(new MqttClientDisconnectOptions(), patience.Token)
            .WaitAsync(GoodbyeTime * 2, _timeProvider)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private (string Reason, ConnectionEnd End, TimeSpan Lifetime) Describe(MqttClientDisconnectedEventArgs args, TimeSpan lifetime)
    {
        if (_abortReason is { } abort)
            return (abort, ConnectionEnd.Lost, lifetime);
        ConnectionEnd end = args switch
        {
            { Reason: MqttClientDisconnectReason.SessionTakenOver } => ConnectionEnd.TakenOver,
            { Reason: MqttClientDisconnectReason.NormalDisconnection, Exception: null } => ConnectionEnd.ClosedSilently,
            _ => ConnectionEnd.Lost,
        };
        string reason = args.Reason switch
        {
            MqttClientDisconnectReason.SessionTakenOver =>
                $"another client has taken the client id '{_clientId}'; each device needs its own Mqtt:ClientId.",
            MqttClientDisconnectReason.ServerShuttingDown => "the broker was shut down.",
            MqttClientDisconnectReason.KeepAliveTimeout => "the broker had not heard from this device for too long.",
            MqttClientDisconnectReason.NotAuthorized => "the broker no longer lets this client in; check Mqtt:UserName and its password.",
            MqttClientDisconnectReason.NormalDisconnection when args.Exception is null =>
                "the broker closed the connection without a word.",
            _ when args.Exception is { } exception => ConnectionFailure.DescribeLoss(exception),
            _ => $"the broker ended the connection ({args.Reason}).",
        };
        return (reason, end, lifetime);
    }
}
