using MQTTnet;
using MQTTnet.Diagnostics.PacketInspection;
using MQTTnet.Packets;
using RNNPool.Edge.Cli;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>A client without a network: the test decides the outcome of each attempt, and when a connection ends.</summary>
internal sealed class FakeMqttClient : IMqttClient
{
    public event Func<MqttApplicationMessageReceivedEventArgs, Task>? ApplicationMessageReceivedAsync;

    public event Func<MqttClientConnectedEventArgs, Task>? ConnectedAsync
    {
        add { }
        remove { }
    }

    public event Func<MqttClientConnectingEventArgs, Task>? ConnectingAsync
    {
        add { }
        remove { }
    }

    public event Func<MqttClientDisconnectedEventArgs, Task>? DisconnectedAsync;

    public event Func<InspectMqttPacketEventArgs, Task>? InspectPacketAsync
    {
        add { }
        remove { }
    }

    public bool IsConnected { get; private set; }

    public MqttClientOptions Options { get; private set; } = new();

    /// <summary>How many attempts there have been.</summary>
    public int Attempts { get; private set; }

    /// <summary>Thrown by the next attempts; null to accept them.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>Awaited by attempts, without regard to their token; null for nothing.</summary>
    public Task? Connecting { get; set; }

    /// <summary>Thrown by publishing; null to accept all messages.</summary>
    public Func<MqttApplicationMessage, MqttClientPublishReasonCode>? Publishing { get; set; }

    /// <summary>Whether the broker is silent when something is published.</summary>
    public bool IsSilent { get; set; }

    public List<MqttApplicationMessage> Published { get; } = [];

    public List<string> Subscribed { get; } = [];

    public Task<MqttClientConnectResult> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken = default)
    {
        Attempts++;
        Options = options;
        if (Connecting is { } wedge)
            return WedgedAsync(wedge);
        if (Refusal is { } refusal)
            return Task.FromException<MqttClientConnectResult>(refusal);
        IsConnected = true;
        return Task.FromResult(Answer());
    }

    public Task DisconnectAsync(MqttClientDisconnectOptions options, CancellationToken cancellationToken = default)
    {
        return EndAsync(MqttClientDisconnectReason.NormalDisconnection);
    }

    /// <summary>Ends the connection from the broker's side.</summary>
    public Task EndAsync(MqttClientDisconnectReason reason)
    {
        IsConnected = false;
        return DisconnectedAsync?.Invoke(new MqttClientDisconnectedEventArgs(true, null, reason, null, [], null)) ?? Task.CompletedTask;
    }

    public Task ReceiveAsync(MqttApplicationMessage message) =>
        ApplicationMessageReceivedAsync?.Invoke(
            new MqttApplicationMessageReceivedEventArgs("fake", message, new MqttPublishPacket(), (_, _) => Task.CompletedTask)
        ) ?? Task.CompletedTask;

    public Task PingAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public async Task<MqttClientPublishResult> PublishAsync(
        MqttApplicationMessage applicationMessage,
        CancellationToken cancellationToken = default
    )
    {
        if (IsSilent)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        MqttClientPublishReasonCode code = Publishing?.Invoke(applicationMessage) ?? MqttClientPublishReasonCode.Success;
        if (code == MqttClientPublishReasonCode.Success)
            Published.Add(applicationMessage);
        return new MqttClientPublishResult(1, code, null, []);
    }

    // The properties can be set by MQTTnet only.
    private static MqttClientConnectResult Answer()
    {
        var result = new MqttClientConnectResult();
        typeof(MqttClientConnectResult)
            .GetProperty(nameof(result.MaximumQoS))!
            .SetValue(result, MQTTnet.Protocol.MqttQualityOfServiceLevel.ExactlyOnce);
        typeof(MqttClientConnectResult).GetProperty(nameof(result.RetainAvailable))!.SetValue(result, true);
        return result;
    }

    private static async Task<MqttClientConnectResult> WedgedAsync(Task wedge)
    {
        await wedge;
        throw new IOException("The wedge is gone.");
    }

    public Task SendEnhancedAuthenticationExchangeDataAsync(
        MqttEnhancedAuthenticationExchangeData data,
        CancellationToken cancellationToken = default
    ) => Task.CompletedTask;

    public Task<MqttClientSubscribeResult> SubscribeAsync(MqttClientSubscribeOptions options, CancellationToken cancellationToken = default)
    {
        Subscribed.AddRange(options.TopicFilters.Select(filter => filter.Topic));
        return Task.FromResult(
            new MqttClientSubscribeResult(
                1,
                [
                    .. options.TopicFilters.Select(filter => new MqttClientSubscribeResultItem(
                        filter,
                        MqttClientSubscribeResultCode.GrantedQoS1
                    )),
                ],
                null,
                []
            )
        );
    }

    public Task<MqttClientUnsubscribeResult> UnsubscribeAsync(
        MqttClientUnsubscribeOptions options,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException();

    public void Dispose() => IsConnected = false;
}
