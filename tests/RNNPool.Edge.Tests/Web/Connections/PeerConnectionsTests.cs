using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Connections;

namespace RNNPool.Edge.Tests.Web.Connections;

/// <summary>The bounds of connections.</summary>
public sealed class PeerConnectionsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly RecordingLogger<PeerConnections> _log = new();
    private readonly List<IPAddress> _closed = [];
    private readonly PeerConnections _connections;

    public PeerConnectionsTests() =>
        _connections = new PeerConnections(Options.Create(new WebOptions { Proxies = ["192.0.2.200"] }), _time, _log);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _connections.Dispose();

    [Fact]
    public void One_address_does_not_take_the_connections_of_others()
    {
        Assert.Equal(PeerConnections.PerAddress, Connect(1, 500).Length);

        Assert.Equal(6, Connect(2, 6).Length);
        Assert.Equal(6, Connect(IPAddress.Loopback, 6).Length);
        Assert.Empty(_closed);
    }

    [Fact]
    public void Addresses_that_take_all_connections_lose_idle_ones_to_another_address()
    {
        for (byte host = 1; host <= PeerConnections.Overall / PeerConnections.PerAddress; host++)
            Connect(host, PeerConnections.PerAddress);

        Assert.Equal(6, Connect(99, 6).Length);
        Assert.Equal(6, _closed.Count);
    }

    [Fact]
    public void Connections_that_have_signed_in_are_not_closed_for_others()
    {
        for (byte host = 1; host <= PeerConnections.Overall / PeerConnections.PerAddress; host++)
        {
            foreach (Peer peer in Connect(host, PeerConnections.PerAddress))
                SignIn(peer);
        }

        Assert.Empty(Connect(99, 6));
        Assert.Empty(_closed);
        Assert.NotEmpty(Connect(IPAddress.Loopback, 6));
    }

    [Fact]
    public void Only_connections_that_have_not_signed_in_may_not_be_idle()
    {
        _ = Connect(1, 1);
        SignIn(Assert.Single(Connect(2, 1)));
        _connections.BeginRequest(Assert.Single(Connect(3, 1)));
        _ = Connect(200, 1);
        _ = Connect(IPAddress.IPv6Loopback, 1);

        _time.Advance(PeerConnections.StrangerIdle - TimeSpan.FromSeconds(1));
        Assert.Empty(_closed);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([Address(1)], _closed.Distinct());
    }

    [Fact]
    public void A_proxy_has_more_connections_than_another_address() => Assert.Equal(PeerConnections.Overall, Connect(200, 500).Length);

    [Fact]
    public void The_networks_of_one_machine_count_as_one_address() =>
        Assert.Equal(
            PeerConnections.PerAddress,
            Enumerable.Range(1, 500).Count(i => _connections.TryAdd(IPAddress.Parse($"2001:db8::{i:x}"), () => { }) is not null)
        );

    [Fact]
    public void A_flood_is_logged_once_a_minute()
    {
        Connect(1, 10_000);
        _time.Advance(TimeSpan.FromSeconds(5));
        Connect(1, 10_000);
        Assert.Single(_log.WithId(2028));

        _time.Advance(PeerConnections.ReportInterval);
        Connect(1, 10_000);
        Assert.Equal(2, _log.WithId(2028).Count);
    }

    [Fact]
    public async Task The_listeners_of_the_page_keep_the_bounds()
    {
        IPEndPoint at = NetworkAddress();
        using var folder = new TemporaryFolder();
        await using DeviceFixture device = await StartAsync(at, folder);

        var sockets = new List<TcpClient>();
        for (int i = 0; i < PeerConnections.PerAddress; i++)
        {
            sockets.Add(new TcpClient());
            await sockets[i].ConnectAsync(at, Cancellation);
        }

        byte[] request = Encoding.ASCII.GetBytes("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await sockets[0].GetStream().WriteAsync(request, Cancellation);
        Assert.NotEqual(0, await sockets[0].GetStream().ReadAsync(new byte[100], Cancellation));
        using var late = new TcpClient();
        await AssertClosedAsync(late, at);
        Assert.Equal(HttpStatusCode.OK, (await device.Client.GetAsync("/api/session", Cancellation)).StatusCode);

        device.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (TcpClient socket in sockets)
        {
            await AssertClosedAsync(socket);
            socket.Dispose();
        }
    }

    [Fact]
    public async Task A_request_that_is_never_completed_is_closed()
    {
        IPEndPoint at = NetworkAddress();
        using var folder = new TemporaryFolder();
        await using DeviceFixture device = await StartAsync(at, folder);
        using var client = new TcpClient();
        await client.ConnectAsync(at, Cancellation);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /health HTTP/1.1\r\nHost: localhost\r\nX-"), Cancellation);
        await Wait.UntilAsync(() => device.Service<PeerConnections>().Count > 0, "the connection");

        device.Time.Advance(PeerConnections.StrangerIdle - TimeSpan.FromSeconds(2));
        await client.GetStream().WriteAsync("Slow: "u8.ToArray(), Cancellation);
        Assert.Equal(1, device.Service<PeerConnections>().Count);
        device.Time.Advance(TimeSpan.FromSeconds(4));

        await AssertClosedAsync(client);
    }

    private static IPEndPoint NetworkAddress()
    {
        IPAddress? network = NetworkInterface
            .GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(entry => entry.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        Assert.SkipWhen(network is null, "This machine has no address in a network.");
        using var free = new TcpListener(network!, 0);
        free.Start();
        return (IPEndPoint)free.LocalEndpoint;
    }

    private static Task<DeviceFixture> StartAsync(IPEndPoint at, TemporaryFolder folder)
    {
        var file = new AccessFile(new StateFolder(folder.Path, NullLogger<StateFolder>.Instance));
        new AccessStore(file, TimeProvider.System, NullLogger<AccessStore>.Instance).SetPassword("a long password");
        return DeviceFixture.StartAsync(null, ("Device:StateFolder", folder.Path), ("Web:Listen:0", at.ToString()));
    }

    private static async Task AssertClosedAsync(TcpClient client, IPEndPoint? at = null)
    {
        try
        {
            if (at is not null)
                await client.ConnectAsync(at, Cancellation);
            byte[] rest = new byte[65536];
            while (await client.GetStream().ReadAsync(rest, Cancellation).AsTask().WaitAsync(Wait.Patience, Cancellation) > 0) { }
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // A reset is a close as well.
        }
    }

    private static IPAddress Address(byte host) => new([192, 0, 2, host]);

    private Peer[] Connect(byte host, int count) => Connect(Address(host), count);

    private Peer[] Connect(IPAddress address, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => _connections.TryAdd(address, () => _closed.Add(address))).OfType<Peer>()];

    private void SignIn(Peer peer)
    {
        _connections.BeginRequest(peer);
        _connections.EndRequest(peer, signedIn: true);
    }
}
