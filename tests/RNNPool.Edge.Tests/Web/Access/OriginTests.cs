using System.Net;
using System.Net.Sockets;
using System.Text;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Web.Access;

/// <summary>Which requests count as those of a program on this machine, over real connections.</summary>
public sealed class OriginTests
{
    private const string Password = "correct horse battery";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("X-Forwarded-Server", "proxy")]
    [InlineData("X-Original-For", "127.0.0.1")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("CF-Connecting-IP", "203.0.113.9")]
    public async Task A_forwarded_request_is_refused_unless_the_proxy_is_configured(string header, string value)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        foreach (bool password in new[] { false, true })
        {
            if (password)
                device.Service<AccessStore>().SetPassword(Password);
            foreach (string path in new[] { "/", "/health", "/metrics", "/api/session", "/api/state", "/openapi.json" })
            {
                Assert.Equal((path, HttpStatusCode.Forbidden), (path, await GetAsync(device, path, (header, value))));
            }
        }
    }

    [Fact]
    public async Task A_proxy_that_adds_no_header_is_not_this_machine()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Web:Proxies:0", "127.0.0.1"));

        foreach (string path in new[] { "/health", "/metrics", "/api/state", "/api/live.jpg" })
            Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(device, path));
        device.Service<AccessStore>().SetPassword(Password);
        foreach (string path in new[] { "/health", "/metrics", "/api/state", "/api/live.jpg" })
            Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, path));
    }

    [Fact]
    public async Task A_request_by_HTTP_1_0_is_not_this_machine()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        int port = device.Client.BaseAddress!.Port;

        Assert.StartsWith(
            "HTTP/1.1 200",
            await RawAsync(port, $"GET /api/state HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "HTTP/1.1 403",
            await RawAsync(port, $"GET /api/state HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("localhost:{port}", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:{port}", HttpStatusCode.OK)]
    [InlineData("[::1]:{port}", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.Forbidden)]
    [InlineData("localhost:1", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.2:{port}", HttpStatusCode.BadRequest)]
    [InlineData("192.168.1.5:{port}", HttpStatusCode.BadRequest)]
    [InlineData("localhost.:{port}", HttpStatusCode.BadRequest)]
    [InlineData("door.example.org", HttpStatusCode.BadRequest)]
    [InlineData("{machine}:{port}", HttpStatusCode.BadRequest)]
    public async Task Until_a_password_is_set_only_literal_loopback_names_with_the_port_are_accepted(string host, HttpStatusCode status)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Web:Hosts:0", "door.example.org"));
        string name = host.Replace("{port}", $"{device.Client.BaseAddress!.Port}", StringComparison.Ordinal)
            .Replace("{machine}", Environment.MachineName, StringComparison.Ordinal);

        Assert.Equal(status, await GetAsync(device, "/api/state", ("Host", name)));
        device.Service<AccessStore>().SetPassword(Password);
        HttpStatusCode protectedStatus = await GetAsync(device, "/api/state", ("Host", name));
        Assert.Equal(HttpStatusCode.Unauthorized, protectedStatus);
    }

    [Fact]
    public async Task A_known_proxy_reaches_nothing_until_a_password_is_set()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("Web:Proxies:0", "127.0.0.0/8"),
            ("Web:Hosts:0", "door.example.org")
        );
        (string, string)[] headers =
        [
            ("X-Forwarded-For", "127.0.0.1"),
            ("X-Forwarded-Host", $"localhost:{device.Client.BaseAddress!.Port}"),
        ];

        foreach (string path in new[] { "/health", "/metrics", "/api/state", "/api/live.jpg" })
            Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(device, path, headers));
    }

    private static async Task<HttpStatusCode> GetAsync(DeviceFixture device, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await device.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        return response.StatusCode;
    }

    private static async Task<string> RawAsync(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync(Cancellation) ?? "";
    }
}
