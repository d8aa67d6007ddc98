using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Health.Systemd;
using RNNPool.Edge.Tests.Sinks.Mqtt;
using RNNPool.Edge.Web;
using RNNPool.Edge.Web.Listening;

namespace RNNPool.Edge.Tests.Web;

/// <summary>The port of the page when the setting names one that cannot be used.</summary>
public sealed class PagePortTests
{
    private readonly ListenerHealth _health = new();

    [Fact]
    public async Task Under_a_service_manager_the_page_moves_from_a_port_of_another_program()
    {
        await using Mosquitto other = await Mosquitto.StartAsync();
        using PagePort port = Create(other.Port, supervised: true);

        port.Bind();

        Assert.NotEqual(other.Port, port.Number);
        Assert.Contains($"127.0.0.1:{other.Port}", _health.Degradation, StringComparison.Ordinal);
        using Socket socket = port.CreateListenSocket(new IPEndPoint(IPAddress.Loopback, port.Number));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port.Number, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Without_one_a_busy_port_ends_the_start()
    {
        await using Mosquitto other = await Mosquitto.StartAsync();
        using PagePort port = Create(other.Port, supervised: false);

        CommandException refusal = Assert.Throws<CommandException>(port.Bind);

        Assert.Contains($"{other.Port}", refusal.Message, StringComparison.Ordinal);
        Assert.Null(_health.Degradation);
    }

    private PagePort Create(int port, bool supervised) =>
        new(
            Options.Create(new WebOptions { Port = port }),
            new ServiceManager(new Notifier(supervised)),
            _health,
            NullLogger<PagePort>.Instance
        );

    private sealed class Notifier(bool isEnabled) : ISystemdNotifier
    {
        public bool IsEnabled => isEnabled;

        public void Notify(ServiceState state) { }
    }
}
