using System.Buffers;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using RNNPool.Edge.Capture;

namespace RNNPool.Edge.Mqtt;

/// <summary>Keeps one client connected to the broker: connects, announces, waits for the connection to end, and tries again with growing delays.</summary>
internal sealed partial class MqttConnection : IAsyncDisposable
{
    /// <summary>A connection that ends sooner than this does not reset the delay: two clients with one id would otherwise chase each other.</summary>
    private static readonly TimeSpan StableTime = TimeSpan.FromSeconds(10);

    private readonly MqttOptions _options;
    private readonly MqttTopics _topics;
    private readonly Func<IMqttClient, CancellationToken, Task> _announce;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly IMqttClient _client;
    private readonly MqttClientOptions _clientOptions;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<IMqttClient> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<MqttClientDisconnectedEventArgs> _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private long _connections;
    private string? _lastError;

    public MqttConnection(
        MqttOptions options,
        string clientId,
        MqttTopics topics,
        Func<IMqttClient, CancellationToken, Task> announce,
        TimeProvider timeProvider,
        ILogger logger)
    {
        (_options, _topics, _announce, _timeProvider, _logger) = (options, topics, announce, timeProvider, logger);
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port)
            .WithClientId(clientId)
            .WithKeepAlivePeriod(options.KeepAlive)
            .WithTimeout(options.Timeout)
            .WithWillTopic(topics.Availability)
            .WithWillPayload(MqttTopics.Offline)
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithWillRetain();
        if (options.UserName is not null) builder = builder.WithCredentials(options.UserName, options.Password ?? "");
        _clientOptions = builder.Build();
        _client = new MqttClientFactory().CreateMqttClient();
        _client.DisconnectedAsync += args =>
        {
            _disconnected.TrySetResult(args);
            return Task.CompletedTask;
        };
    }

    public MqttStatus Status
    {
        get
        {
            lock (_lock) return new MqttStatus($"{_options.Host}:{_options.Port}", _connected.Task.IsCompletedSuccessfully, _connections, _lastError);
        }
    }

    public void Start() => _running = Task.Run(() => RunAsync(_stopping.Token));

    /// <summary>The client, once it is connected and has announced the device.</summary>
    public async ValueTask<IMqttClient> ConnectedAsync(CancellationToken cancellationToken)
    {
        Task<IMqttClient> connected;
        lock (_lock) connected = _connected.Task;
        return await connected.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Publishes with QoS 1 and waits for the broker's word.</summary>
    /// <exception cref="MqttCommunicationException">The broker is gone, or refused.</exception>
    public static async Task PublishAsync(IMqttClient client, string topic, byte[] payload, bool retain, CancellationToken cancellationToken)
    {
        var message = new MqttApplicationMessage
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Retain = retain,
        };
        MqttClientPublishResult result = await client.PublishAsync(message, cancellationToken).ConfigureAwait(false);
        if (!result.IsSuccess) throw new MqttCommunicationException($"the broker refused a message to {topic}: {result.ReasonCode} {result.ReasonString}".TrimEnd() + ".", null);
    }

    /// <summary>Whether trying again may help: the network or the broker failed, not this program.</summary>
    public static bool IsTransient(Exception exception, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && exception is MqttCommunicationException or OperationCanceledException or SocketException or IOException or ObjectDisposedException;

    /// <summary>Says <c>offline</c>, as a clean disconnect discards the Will, and disconnects.</summary>
    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_client.IsConnected) return;
        try
        {
            await PublishAsync(_client, _topics.Availability, "offline"u8.ToArray(), retain: true, cancellationToken).ConfigureAwait(false);
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MqttCommunicationException or OperationCanceledException)
        {
            LogNotSaidGoodbye(_logger, exception.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested) await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        var backoff = new Backoff(_options.ReconnectDelay, _options.MaxReconnectDelay);
        int shortLived = 0;
        while (!stopping.IsCancellationRequested)
        {
            long since = _timeProvider.GetTimestamp();
            string reason;
            try
            {
                reason = await ConnectAndWaitAsync(stopping).ConfigureAwait(false);
                bool stable = _timeProvider.GetElapsedTime(since) >= StableTime;
                shortLived = stable ? 0 : shortLived + 1;
                if (stable) backoff.Reset();
                if (shortLived > 1) reason += $" {shortLived} short connections in a row: does another client use the client id '{_clientOptions.ClientId}'? Each device needs its own Mqtt:ClientId.";
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // MQTTnet throws many types while connecting; every one of them means "not connected, try again".
            catch (Exception exception)
#pragma warning restore CA1031
            {
                reason = Describe(exception);
            }

            TimeSpan delay = backoff.Next();
            lock (_lock) _lastError = reason;
            LogDisconnected(_logger, $"{_options.Host}:{_options.Port}", reason, delay.TotalSeconds);
            await Task.Delay(delay, _timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Why the connection ended.</returns>
    private async Task<string> ConnectAndWaitAsync(CancellationToken stopping)
    {
        if (_client.IsConnected) await _client.DisconnectAsync(new MqttClientDisconnectOptions(), stopping).ConfigureAwait(false);
        var disconnected = _disconnected = new TaskCompletionSource<MqttClientDisconnectedEventArgs>(TaskCreationOptions.RunContinuationsAsynchronously);
        MqttClientConnectResult result = await _client.ConnectAsync(_clientOptions, stopping).ConfigureAwait(false);
        if (result.ResultCode != MqttClientConnectResultCode.Success) return Describe(result.ResultCode);

        await _announce(_client, stopping).ConfigureAwait(false);
        lock (_lock)
        {
            _connections++;
            _lastError = null;
            _connected.TrySetResult(_client);
        }

        LogConnected(_logger, $"{_options.Host}:{_options.Port}", _clientOptions.ClientId, _topics.State);
        try
        {
            MqttClientDisconnectedEventArgs args = await disconnected.Task.WaitAsync(stopping).ConfigureAwait(false);
            return args.Reason == MqttClientDisconnectReason.SessionTakenOver
                ? $"another client has taken over the client id '{_clientOptions.ClientId}'."
                : args.Exception is { } exception ? Describe(exception) : $"the broker ended the connection ({args.Reason}).";
        }
        finally
        {
            lock (_lock) _connected = new TaskCompletionSource<IMqttClient>(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public static string Describe(MqttClientConnectResultCode code) => code switch
    {
        MqttClientConnectResultCode.BadUserNameOrPassword => "the broker does not accept Mqtt:UserName and Mqtt:Password.",
        MqttClientConnectResultCode.NotAuthorized => "the broker does not let this client in; check Mqtt:UserName and Mqtt:Password.",
        _ => $"the broker refused the connection ({code}).",
    };

    public static string Describe(Exception exception)
    {
        Exception root = exception.GetBaseException();
        string text = root is SocketException or OperationCanceledException or MqttCommunicationTimedOutException ? root switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "nothing listens there",
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => "the host name is not known",
            SocketException socket => socket.Message,
            _ => "no answer in time",
        } : exception.Message;
        return text.TrimEnd('.', ' ') + ".";
    }
}

/// <summary>How the connection to the broker is doing.</summary>
/// <param name="Broker">Host and port.</param>
/// <param name="Connected">Whether events can be published now.</param>
/// <param name="Connections">How often it has been made since the start.</param>
/// <param name="LastError">Why it is not there; null while it is.</param>
public sealed record MqttStatus(string Broker, bool Connected, long Connections, string? LastError);
