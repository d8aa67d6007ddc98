using System.Net;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Web;

public sealed class PageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_is_there_and_asked_for_again_each_time()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();

        using HttpResponseMessage page = await device.Client.GetAsync(new Uri("/", UriKind.Relative), Cancellation);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        Assert.True(page.Headers.CacheControl!.NoCache);
        Assert.NotNull(page.Headers.ETag);

        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(page.Headers.ETag!);
        using HttpResponseMessage same = await device.Client.SendAsync(again, Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/js/app.js", true)]
    [InlineData("/css/page.css", true)]
    [InlineData("/api/session", false)]
    [InlineData("/api/settings", false)]
    public async Task Files_of_the_page_are_compressed_and_answers_with_secrets_are_not(string path, bool compressed)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd("br, gzip");

        using HttpResponseMessage response = await device.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(compressed ? ["br"] : [], response.Content.Headers.ContentEncoding);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/state")]
    [InlineData("/nothing")]
    public async Task Every_answer_forbids_what_the_page_does_not_need(string path)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();

        using HttpResponseMessage response = await device.Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);

        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("/../rnnpool-edge.dll")]
    [InlineData("/..%2frnnpool-edge.dll")]
    [InlineData("/%2e%2e/appsettings.json")]
    [InlineData("/appsettings.json")]
    public async Task Nothing_outside_the_page_is_served(string path)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();

        using HttpResponseMessage response = await device.Client.GetAsync(
            new Uri(
                device.Client.BaseAddress + path.TrimStart('/'),
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
            ),
            Cancellation
        );

        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.BadRequest });
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("192.168.1.5", true)]
    [InlineData("door.example.org", true)]
    [InlineData("DOOR.example.org.", true)]
    [InlineData("attacker.example", false)]
    [InlineData("127.0.0.1.attacker.example", false)]
    [InlineData("localhost.attacker.example", false)]
    [InlineData("", false)]
    public void Only_names_of_the_device_and_addresses_are_its_own(string host, bool ours) =>
        Assert.Equal(ours, HostMiddleware.IsOwn(host, ["door.example.org"]));

    [Theory]
    [InlineData("cross-site", HttpStatusCode.Forbidden)]
    [InlineData("same-site", HttpStatusCode.Forbidden)]
    [InlineData("same-origin", HttpStatusCode.OK)]
    [InlineData("none", HttpStatusCode.OK)]
    public async Task What_a_browser_asks_for_another_site_is_refused(string site, HttpStatusCode status)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/state");
        request.Headers.Add("Sec-Fetch-Site", site);

        using HttpResponseMessage response = await device.Client.SendAsync(request, Cancellation);

        Assert.Equal(status, response.StatusCode);
    }
}
