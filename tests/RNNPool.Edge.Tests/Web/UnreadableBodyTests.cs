using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Web;

/// <summary>Bodies that a parser accepts and that cannot be read: they are refused, and are no failure of the device.</summary>
public sealed class UnreadableBodyTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public UnreadableBodyTests() => File.WriteAllText(_file, """{ "Camera": { "Source": "synthetic:" } }""");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Bodies =>
        new()
        {
            { "PATCH", "/api/settings", """{"Device:Name":"\ud800"}""" },
            { "PATCH", "/api/settings", """{"Device:Name":"\udc00x"}""" },
            { "PATCH", "/api/settings", """{"\ud800":1}""" },
            { "PATCH", "/api/settings", """{"Camera:\ud800":"x"}""" },
            { "PATCH", "/api/settings", """{"Motion:Masks":["\ud800"]}""" },
            { "PATCH", "/api/settings", """{"Presence:Zones":[{"Name":"\ud800"}]}""" },
            { "PATCH", "/api/settings", "{\"Device:Name\":\"~\"}" },
            { "PATCH", "/api/settings", "{\"~\":1}" },
            { "PATCH", "/api/settings", """{"Camera:Rate":1e309}""" },
            { "PATCH", "/api/settings", """{"Presence:EnterThreshold":-1e309}""" },
            { "PUT", "/api/zones", """{"zones":[{"name":"a","points":[[1e309,0],[1,0],[1,1]]}],"motionMasks":[]}""" },
            { "PUT", "/api/zones", """{"zones":[],"motionMasks":[[[0,0],[1,0],[1,-1e309]]]}""" },
            { "PUT", "/api/zones", """{"zones":[{"name":"a","points":[[0,0],[1,0],[1,1]],"margin":1e309}],"motionMasks":[]}""" },
            { "PUT", "/api/zones", """{"zones":[{"name":"a","points":[[0,0],[1,0],[1,1]],"minHeight":1e309}],"motionMasks":[]}""" },
            { "PUT", "/api/zones", """{"zones":[{"name":"a","points":[[0,0],[1,0],[1,1]],"enterThreshold":1e309}],"motionMasks":[]}""" },
            { "PUT", "/api/zones", """{"zones":[{"name":"a","points":[[0,0],[1,0],[1,1]],"leaveThreshold":1e309}],"motionMasks":[]}""" },
            { "PUT", "/api/zones", """{"zones":[{"name":"\ud800","points":[[0,0],[1,0],[1,1]]}],"motionMasks":[]}""" },
            { "PUT", "/api/zones", """{"zones":[{"name":"~","points":[[0,0],[1,0],[1,1]]}],"motionMasks":[]}""" },
            { "POST", "/api/control", """{"threshold":1e309}""" },
            { "POST", "/api/session", """{"password":"\ud800"}""" },
            { "POST", "/api/tokens", """{"name":"~"}""" },
        };

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Texts_and_numbers_that_cannot_be_read_are_refused()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(_file);
        using var page = new Browser(device);
        await page.SessionAsync();
        string before = await File.ReadAllTextAsync(_file, Cancellation);
        foreach ((string method, string path, string text) in Bodies.Select(row => row.Data))
        {
            // The tilde stands for a byte that is not UTF-8.
            byte[] bytes = [.. Encoding.ASCII.GetBytes(text).Select(value => value == '~' ? (byte)0xFF : value)];
            using var body = new ByteArrayContent(bytes);
            body.Headers.ContentType = new("application/json");

            (HttpStatusCode status, _) = await page.SendAsync(new HttpMethod(method), path, body);

            Assert.True((int)status is >= 400 and < 500, $"{method} {path} {text}: {status}");
        }

        Assert.Equal(before, await File.ReadAllTextAsync(_file, Cancellation));
    }

    [Theory]
    [InlineData("7FFFFFFF")]
    [InlineData("80000000")]
    [InlineData("FFFFFFFF")]
    [InlineData("FFFFFFFFFFFFFFFF")]
    [InlineData("FFFFFFFFFFFFFFFFFF")]
    [InlineData("-1")]
    [InlineData("x")]
    public async Task A_chunk_of_an_absurd_size_is_refused_without_a_sign_in(string size)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(_file);
        Uri at = device.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(at.Host, at.Port, Cancellation);
        string request =
            $"POST /api/session HTTP/1.1\r\nHost: {at.Authority}\r\nContent-Type: application/json\r\n"
            + $"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{size}\r\n{{\"password\":\"x\"}}\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        using var reader = new StreamReader(client.GetStream());

        string line = (await reader.ReadLineAsync(Cancellation).AsTask().WaitAsync(Wait.Patience, Cancellation))!;

        Assert.InRange(int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture), 400, 499);
    }

    [Fact]
    public async Task Headers_that_are_too_long_are_refused()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(_file);
        Uri at = device.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(at.Host, at.Port, Cancellation);
        string request = $"GET /health HTTP/1.1\r\nHost: {at.Authority}\r\nX-Long: {new string('x', 64 * 1024)}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        using var reader = new StreamReader(client.GetStream());

        string line = (await reader.ReadLineAsync(Cancellation).AsTask().WaitAsync(Wait.Patience, Cancellation))!;

        Assert.Equal("HTTP/1.1 431 Request Header Fields Too Large", line);
    }
}
