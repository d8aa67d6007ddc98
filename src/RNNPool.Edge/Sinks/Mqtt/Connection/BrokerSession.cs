using System.Buffers;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>One MQTT client whose requests all have a time limit. A broker that misses it is disconnected.</summary>
internal sealed class BrokerSession : IDisposable
{
    /// <summary>Time limit of a disconnect packet.</summary>
    private static readonly TimeSpan DisconnectTimeout = TimeSpan.FromSeconds(1);

    private readonly IMqttClient _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;
    private TaskCompletionSource<MqttClientDisconnectedEventArgs> _disconnected = NewSource();
    private readonly TopicSuspension _suspended;
    private BrokerTerms? _known;
    private volatile string? _abortReason;

    /// <summary>Creates a session; nothing is sent yet.</summary>
    /// <param name="client">The client; disposed with the session.</param>
    /// <param name="timeout">Time limit of each request.</param>
    /// <param name="timeProvider">Clock of the time limits.</param>
    /// <param name="received">Called for each message on the receiving loop of the client; must not block.</param>
    public BrokerSession(IMqttClient client, TimeSpan timeout, TimeProvider timeProvider, Action<MqttApplicationMessage> received)
    {
        _client = client;
        _timeout = timeout;
        _timeProvider = timeProvider;
        _suspended = new TopicSuspension(timeProvider);
        client.DisconnectedAsync += args =>
        {
            // The event is raised for failed attempts of a negotiation, too.
            if (args.ClientWasConnected)
                _disconnected.TrySetResult(args);
            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += args =>
        {
            received(args.ApplicationMessage);
            return Task.CompletedTask;
        };
    }

    /// <summary>Whether the client is connected.</summary>
    public bool IsConnected => _client.IsConnected;

    /// <summary>The terms of the newest connection.</summary>
    public BrokerTerms Terms { get; private set; } = BrokerTerms.Best;

    /// <summary>Completes when the connection has ended, with the reason that MQTTnet gives.</summary>
    public Task<MqttClientDisconnectedEventArgs> Disconnected => _disconnected.Task;

    /// <summary>Why this side ended the connection, as a sentence; null if it did not.</summary>
    public string? AbortReason => _abortReason;

    /// <summary>Whether a retry may help: the network or the broker failed, not this program.</summary>
    public static bool IsTransient(Exception exception) =>
        exception is MqttCommunicationException or OperationCanceledException or SocketException or IOException or ObjectDisposedException;

    /// <summary>Connects on the best terms that the broker accepts, after ending an old connection.</summary>
    /// <exception cref="TimeoutException">The broker did not answer in time.</exception>
    public async Task<MqttClientConnectResult> ConnectAsync(BrokerClientOptions setup, CancellationToken cancellationToken)
    {
        if (_client.IsConnected)
            await DisconnectAsync().ConfigureAwait(false);
        _disconnected = NewSource();
        _abortReason = null;
        BrokerTerms first = _known ?? BrokerTerms.Best;
        _known = null;
        using var limit = new CancellationTokenSource(_timeout, _timeProvider);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // MQTTnet has no time limit of its own for a connection attempt.
            BrokerAnswer answer = await BrokerNegotiation.ConnectAsync(_client, setup, first, timeout.Token).ConfigureAwait(false);
            Terms = answer.Terms;
            if (answer is { IsExplicit: true, Result.ResultCode: MqttClientConnectResultCode.Success })
                _known = answer.Terms with { MaxPacket = uint.MaxValue };
            return answer.Result;
        }
        catch (Exception exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("no answer in time", exception);
        }
    }

    /// <summary>Whether a topic is left out because the broker closes the connection at it.</summary>
    public bool IsSuspended(string topic) => _suspended.Contains(topic);

    /// <summary>Publishes and waits for the acknowledgement, if the broker acknowledges messages.</summary>
    /// <exception cref="MqttCommunicationException">The connection is lost, or the broker did not answer in time.</exception>
    /// <exception cref="PublishRefusedException">The broker refused the message.</exception>
    public async Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancellationToken)
    {
        if (!Terms.Fits(topic, payload.Length))
        {
            throw new PublishRefusedException(
                $"a message of {payload.Length} bytes to {topic} exceeds the broker's limit ({Terms.MaxPacket} bytes).",
                isFinal: true
            );
        }

        if (_suspended.Contains(topic))
            throw new PublishRefusedException(TopicSuspension.Describe(topic, payload.Length), isFinal: true);

        var message = new MqttApplicationMessage
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(payload),
            QualityOfServiceLevel = Terms.QualityOfService,
            Retain = retain && Terms.Retains,
        };
        MqttClientPublishResult result = await RequestAsync(topic, token => _client.PublishAsync(message, token), cancellationToken)
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
        string reason = $"{result.ReasonCode} {SettingRules.Printable(result.ReasonString ?? "")}".TrimEnd();
        throw new PublishRefusedException($"the broker refused a message to {topic}: {reason}.", final);
    }

    /// <summary>Subscribes with QoS 1; retained messages keep their retain flag.</summary>
    /// <returns>The result code of the broker; "not authorized" for a filter at which the broker closes the connection.</returns>
    public async Task<MqttClientSubscribeResultCode> SubscribeAsync(string filter, CancellationToken cancellationToken)
    {
        if (_suspended.Contains(filter))
            return MqttClientSubscribeResultCode.NotAuthorized;
        bool retainAsPublished = Terms.Version == MqttProtocolVersion.V500;
        var options = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(topic =>
                topic.WithTopic(filter).WithQualityOfServiceLevel(Terms.QualityOfService).WithRetainAsPublished(retainAsPublished)
            )
            .Build();
        MqttClientSubscribeResult result = await RequestAsync(filter, token => _client.SubscribeAsync(options, token), cancellationToken)
            .ConfigureAwait(false);
        return result.Items.Select(item => item.ResultCode).DefaultIfEmpty(MqttClientSubscribeResultCode.GrantedQoS1).Max();
    }

    /// <summary>Disconnects, and waits at most two seconds for a broker that hangs.</summary>
    public async Task DisconnectAsync()
    {
        using var limit = new CancellationTokenSource(DisconnectTimeout, _timeProvider);
        await _client
            .DisconnectAsync(new MqttClientDisconnectOptions(), limit.Token)
            .WaitAsync(DisconnectTimeout * 2, _timeProvider)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _client.Dispose();

    private static TaskCompletionSource<MqttClientDisconnectedEventArgs> NewSource() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<T> RequestAsync<T>(string topic, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_timeout, _timeProvider);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            T result = await request(timeout.Token).ConfigureAwait(false);
            _suspended.RecordAnswer(topic);
            return result;
        }
        catch (MqttCommunicationException) when (!timeout.IsCancellationRequested)
        {
            _suspended.RecordClose(topic);
            throw;
        }
        catch (Exception exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            const string Reason = "the broker did not acknowledge a message in time.";
            _abortReason = Reason;
            await DisconnectAsync().ConfigureAwait(false);
            throw new MqttCommunicationException(Reason, exception);
        }
    }
}
