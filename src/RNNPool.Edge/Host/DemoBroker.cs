using System.Net;
using System.Net.Sockets;
using System.Text;
using MQTTnet;
using MQTTnet.Server;

namespace RNNPool.Edge.Host;

/// <summary>
/// An MQTT broker within this process, on a free port of loopback, and a client that subscribes to it. The client receives what the device
/// publishes through the broker.
/// </summary>
internal sealed class DemoBroker : IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly MqttServer _server;
    private readonly IMqttClient _listener;

    private DemoBroker(MqttServer server, IMqttClient listener, int port)
    {
        _server = server;
        _listener = listener;
        Port = port;
    }

    /// <summary>The TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>
    /// Starts the broker and passes every message that matches the filter to <paramref name="received"/>, as topic and text.
    /// </summary>
    public static async Task<DemoBroker> StartAsync(
        string topicFilter,
        Action<string, string> received,
        CancellationToken cancellationToken
    )
    {
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort();
            var factory = new MqttServerFactory();
            MqttServer server = factory.CreateMqttServer(
                factory
                    .CreateServerOptionsBuilder()
                    .WithDefaultEndpoint()
                    .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
                    .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
                    .WithDefaultEndpointPort(port)
                    .Build()
            );
            try
            {
                await server.StartAsync().ConfigureAwait(false);
            }
            catch (SocketException) when (attempt < Attempts)
            {
                // Another process took the port in the meantime.
                server.Dispose();
                continue;
            }

            IMqttClient listener = new MqttClientFactory().CreateMqttClient();
            listener.ApplicationMessageReceivedAsync += args =>
            {
                received(args.ApplicationMessage.Topic, Encoding.UTF8.GetString(args.ApplicationMessage.Payload));
                return Task.CompletedTask;
            };
            MqttClientOptions options = new MqttClientOptionsBuilder()
                .WithTcpServer("127.0.0.1", port)
                .WithClientId("demo-listener")
                .Build();
            await listener.ConnectAsync(options, cancellationToken).ConfigureAwait(false);
            await listener.SubscribeAsync(topicFilter, cancellationToken: cancellationToken).ConfigureAwait(false);
            return new DemoBroker(server, listener, port);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.TryDisconnectAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
        _server.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
