using System.Collections.Concurrent;
using System.Text;
using MQTTnet;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Sinks.Mqtt;

/// <summary>Another client of the broker, which records the messages that it receives; retained messages are marked.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private (string Topic, TaskCompletionSource Heard) _marker = ("", new TaskCompletionSource());
    private readonly ConcurrentQueue<(string Topic, string Text, bool Retained)> _heard = new();

    public (string Topic, string Text, bool Retained)[] Heard => [.. _heard];

    public static async Task<Listener> ConnectAsync(int port, string filter = "#")
    {
        var listener = new Listener();
        listener._client.ApplicationMessageReceivedAsync += args =>
        {
            if (args.ApplicationMessage.Topic == listener._marker.Topic)
                listener._marker.Heard.TrySetResult();
            else
                listener._heard.Enqueue(
                    (
                        args.ApplicationMessage.Topic,
                        Encoding.UTF8.GetString(args.ApplicationMessage.Payload),
                        args.ApplicationMessage.Retain
                    )
                );
            return Task.CompletedTask;
        };
        await listener._client.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).Build(),
            TestContext.Current.CancellationToken
        );
        await listener._client.SubscribeAsync(filter, cancellationToken: TestContext.Current.CancellationToken);
        return listener;
    }

    /// <summary>Waits until the client has received all messages that the broker had for it.</summary>
    public async Task DrainAsync()
    {
        _marker = ($"marker/{Guid.NewGuid()}", new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _client.SubscribeAsync(_marker.Topic, cancellationToken: TestContext.Current.CancellationToken);
        await _client.PublishStringAsync(_marker.Topic, "", cancellationToken: TestContext.Current.CancellationToken);
        await _marker.Heard.Task.WaitAsync(Wait.Patience, TestContext.Current.CancellationToken);
    }

    public string[] On(string topic) => [.. _heard.Where(message => message.Topic == topic).Select(message => message.Text)];

    public async ValueTask DisposeAsync()
    {
        await _client.TryDisconnectAsync();
        _client.Dispose();
    }
}
