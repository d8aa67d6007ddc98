using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Listening;

namespace RNNPool.Edge.Tests.Web;

/// <summary>Addresses of the page that cannot be used at the start.</summary>
public sealed class RetryingListenerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ListenerHealth _health = new();
    private readonly RecordingLogger<RetryingListenerFactory> _log = new();

    private bool _mayListen = true;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_busy_port_is_shown_in_health_and_used_when_it_is_free()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = (IPEndPoint)other.LocalEndpoint;

        await using IConnectionListener listener = await Factory().BindAsync(address, Cancellation);
        Task<ConnectionContext?> accepting = listener.AcceptAsync(Cancellation).AsTask();
        Assert.Contains(address.ToString(), _health.Degradation, StringComparison.Ordinal);
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(1), () => _time.GetUtcNow() > _time.Start.AddMinutes(1), "a minute");
        Assert.Single(_log.WithId(2026));

        other.Stop();
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(1), () => _health.Degradation is null, "listening");
        using var client = new TcpClient();
        await client.ConnectAsync(address, Cancellation);

        await using ConnectionContext? connection = await accepting.WaitAsync(Wait.Patience, Cancellation);
        Assert.NotNull(connection);
        Assert.Single(_log.WithId(2027));
    }

    [Fact]
    public async Task An_address_that_this_machine_does_not_have_is_named()
    {
        await using IConnectionListener listener = await Factory()
            .BindAsync(new IPEndPoint(IPAddress.Parse("192.0.2.5"), 8443), Cancellation);

        Assert.Contains("192.0.2.5:8443", _health.Degradation, StringComparison.Ordinal);
        Assert.Null(_health.Failure);
    }

    [Fact]
    public async Task A_listener_that_waits_for_its_address_can_be_stopped()
    {
        await using IConnectionListener listener = await Factory()
            .BindAsync(new IPEndPoint(IPAddress.Parse("192.0.2.5"), 8443), Cancellation);
        Task<ConnectionContext?> accepting = listener.AcceptAsync(Cancellation).AsTask();

        await listener.UnbindAsync(Cancellation);

        Assert.Null(await accepting.WaitAsync(Wait.Patience, Cancellation));
    }

    [Fact]
    public async Task An_address_that_may_not_be_used_yet_is_opened_a_second_after_it_may()
    {
        _mayListen = false;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var address = (IPEndPoint)free.LocalEndpoint;
        free.Stop();
        await using IConnectionListener listener = await Factory().BindAsync(address, Cancellation);
        Task<ConnectionContext?> accepting = listener.AcceptAsync(Cancellation).AsTask();
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(1), () => _time.GetUtcNow() > _time.Start.AddMinutes(1), "a minute");
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(address, Cancellation).AsTask());

        _mayListen = true;
        _time.Advance(TimeSpan.FromSeconds(1));
        await Wait.UntilAsync(() => listener.EndPoint != address, "listening");
        await client.ConnectAsync(address, Cancellation);

        await using ConnectionContext? connection = await accepting.WaitAsync(Wait.Patience, Cancellation);
        Assert.NotNull(connection);
    }

    [Fact]
    public async Task A_required_address_that_is_busy_fails()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        await Assert.ThrowsAsync<AddressInUseException>(() =>
            Factory(isRequired: true).BindAsync(other.LocalEndpoint, Cancellation).AsTask()
        );
        Assert.Null(_health.Degradation);
    }

    [Fact]
    public async Task The_device_works_without_an_address_and_listens_on_it_later()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        string address = other.LocalEndpoint.ToString()!;

        await using DeviceFixture device = await DeviceFixture.StartAsync(settings: ("Web:Listen:0", address));
        await device.FrameAsync();
        using JsonDocument health = JsonDocument.Parse(await device.Client.GetStringAsync("/health", Cancellation));
        Assert.Equal("degraded", health.RootElement.GetProperty("state").GetString());
        Assert.Contains(address, health.RootElement.GetProperty("degradations")[0].GetString(), StringComparison.Ordinal);

        other.Stop();
        var listeners = device.Service<ListenerHealth>();
        await Wait.UntilAsync(
            () =>
            {
                device.Time.Advance(TimeSpan.FromSeconds(0.5));
                return listeners.Degradation is null;
            },
            "listening"
        );
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://{address}/api/openapi"), Cancellation);
        Assert.NotEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    private RetryingListenerFactory Factory(bool isRequired = false) =>
        new(
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            _health,
            _ => isRequired,
            _ => _mayListen,
            _time,
            _log
        );
}
