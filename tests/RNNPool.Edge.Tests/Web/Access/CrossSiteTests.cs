using System.Net;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Web.Access;

/// <summary>What a browser receives for a page of another origin.</summary>
public sealed class CrossSiteTests
{
    private const string Allowed = "https://dashboard.example.org";
    private const string Password = "correct horse battery";

    private static readonly (string, string) Foreign = ("Sec-Fetch-Site", "cross-site");

    [Theory]
    [InlineData("/api/state")]
    [InlineData("/api/stream")]
    [InlineData("/api/live.mjpg")]
    public async Task A_page_of_an_allowed_origin_reads_with_a_token(string path)
    {
        await using DeviceFixture device = await StartAsync();
        (string, string) token = ("Authorization", "Bearer " + device.Service<AccessStore>().AddToken("dashboard")!.Value.Token);

        using HttpResponseMessage allowed = await GetAsync(device, path, Foreign, ("Origin", Allowed), token);
        Assert.Equal((HttpStatusCode.OK, Allowed), (allowed.StatusCode, Header(allowed, "Access-Control-Allow-Origin")));
        Assert.Null(Header(allowed, "Access-Control-Allow-Credentials"));
        using HttpResponseMessage stranger = await GetAsync(device, path, Foreign, ("Origin", "https://attacker.example"), token);
        Assert.Equal((HttpStatusCode.Forbidden, null), (stranger.StatusCode, Header(stranger, "Access-Control-Allow-Origin")));
        using HttpResponseMessage image = await GetAsync(device, path, Foreign, token);
        Assert.Equal(HttpStatusCode.Forbidden, image.StatusCode);
    }

    [Theory]
    [InlineData("/api/settings")]
    [InlineData("/api/tokens")]
    [InlineData("/api/events")]
    [InlineData("/api/session")]
    public async Task The_rest_of_the_interface_is_closed_to_it(string path)
    {
        await using DeviceFixture device = await StartAsync();
        (string, string) token = ("Authorization", "Bearer " + device.Service<AccessStore>().AddToken("dashboard")!.Value.Token);

        using HttpResponseMessage response = await GetAsync(device, path, Foreign, ("Origin", Allowed), token);

        Assert.Equal((HttpStatusCode.Forbidden, null), (response.StatusCode, Header(response, "Access-Control-Allow-Origin")));
    }

    /// <summary>The cookie is the owner's, and pages of the same site, such as one of another port, would send it.</summary>
    [Fact]
    public async Task The_cookie_does_not_count_for_it()
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = new(device);
        Assert.Equal(HttpStatusCode.OK, (await owner.SignInAsync(Password)).Status);
        foreach ((string, string)[] headers in new (string, string)[][] { [("Sec-Fetch-Site", "same-site")], [] })
        {
            using HttpResponseMessage response = await GetAsync(
                device,
                "/api/state",
                [("Origin", Allowed), ("Cookie", owner.Cookie!), .. headers]
            );
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    public async Task Without_a_password_its_place_on_this_machine_does_not_count()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Web:AllowedOrigins:0", Allowed));

        using HttpResponseMessage response = await GetAsync(device, "/api/state", Foreign, ("Origin", Allowed));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        using HttpResponseMessage own = await GetAsync(device, "/api/state");
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Theory]
    [InlineData("/api/state", Allowed, "GET", true)]
    [InlineData("/api/live.jpg", Allowed, "GET", true)]
    [InlineData("/api/state", "https://attacker.example", "GET", false)]
    [InlineData("/api/settings", Allowed, "GET", false)]
    [InlineData("/api/settings", Allowed, "PATCH", false)]
    public async Task A_browser_asks_before_it_sends_a_token(string path, string origin, string method, bool allowed)
    {
        await using DeviceFixture device = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "cross-site");
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", method);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", "authorization");

        using HttpResponseMessage response = await device.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(allowed ? HttpStatusCode.NoContent : HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(allowed ? origin : null, Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal(
            allowed,
            Header(response, "Access-Control-Allow-Headers")?.Contains("Authorization", StringComparison.Ordinal) ?? false
        );
    }

    [Fact]
    public async Task Every_page_that_knows_a_signed_address_shows_its_picture()
    {
        await using DeviceFixture device = await StartAsync();
        string query = device.Service<SignedPictures>().Sign(PictureScope.Live, "/api/live.mjpg", null);

        // Without encryption, browsers send no Sec-Fetch-Site.
        foreach ((string, string)[] headers in new (string, string)[][] { [Foreign], [] })
        {
            using HttpResponseMessage signed = await GetAsync(device, $"/api/live.mjpg?{query}", headers);
            Assert.Equal((HttpStatusCode.OK, "cross-origin"), (signed.StatusCode, Header(signed, "Cross-Origin-Resource-Policy")));
        }

        using HttpResponseMessage other = await GetAsync(device, $"/api/state?{query}", Foreign);
        Assert.Equal((HttpStatusCode.Forbidden, "same-origin"), (other.StatusCode, Header(other, "Cross-Origin-Resource-Policy")));
    }

    private static async Task<DeviceFixture> StartAsync()
    {
        DeviceFixture device = await DeviceFixture.StartAsync(null, ("Device:AllowImages", "true"), ("Web:AllowedOrigins:0", Allowed));
        device.Service<AccessStore>().SetPassword(Password);
        return device;
    }

    private static Task<HttpResponseMessage> GetAsync(DeviceFixture device, string path, params (string Name, string Value)[] headers) =>
        SignedPicturesTests.OpenAsync(device, path, headers);

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;
}
