using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Web.Access;

/// <summary>Authentication over real HTTP.</summary>
public sealed class AccessTests
{
    private const string Password = "correct horse battery";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_password_this_machine_may_all_but_only_with_the_token_of_the_page()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);

        JsonElement session = await page.SessionAsync();
        Assert.Equal(
            (false, true, true),
            (
                session.GetProperty("passwordSet").GetBoolean(),
                session.GetProperty("signedIn").GetBoolean(),
                session.GetProperty("loopback").GetBoolean()
            )
        );
        Assert.Equal(HttpStatusCode.OK, (await page.GetAsync("/api/tokens")).Status);
        string csrf = page.Csrf!;
        page.Csrf = null;
        Assert.Equal(HttpStatusCode.Forbidden, (await page.SendAsync(HttpMethod.Post, "/api/tokens", new { name = "script" })).Status);
        page.Csrf = csrf + "0";
        Assert.Equal(HttpStatusCode.Forbidden, (await page.SendAsync(HttpMethod.Post, "/api/tokens", new { name = "script" })).Status);
        page.Csrf = csrf;
        Assert.Equal(HttpStatusCode.Created, (await page.SendAsync(HttpMethod.Post, "/api/tokens", new { name = "script" })).Status);
    }

    [Fact]
    public async Task A_password_closes_the_device_to_all_who_do_not_know_it()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Browser owner = await ProtectedAsync(device);
        using var stranger = new Browser(device);

        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/api/state")).Status);
        foreach (
            string path in new[]
            {
                "/api/state",
                "/api/events",
                "/api/stream",
                "/api/socket",
                "/api/live.mjpg",
                "/api/history",
                "/api/tokens",
            }
        )
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/")).Status);
        foreach (string path in new[] { "/health", "/metrics" })
            Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(path)).Status);
        JsonElement session = await stranger.SessionAsync();
        Assert.Equal((true, false), (session.GetProperty("passwordSet").GetBoolean(), session.GetProperty("signedIn").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, session.GetProperty("csrfToken").ValueKind);
        Assert.Equal(JsonValueKind.Null, session.GetProperty("version").ValueKind);

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SignInAsync("wrong password")).Status);
        (HttpStatusCode status, JsonElement answer) = await stranger.SignInAsync(Password);
        Assert.Equal((HttpStatusCode.OK, true), (status, answer.GetProperty("signedIn").GetBoolean()));
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/api/state")).Status);

        stranger.Csrf = answer.GetProperty("csrfToken").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await stranger.SendAsync(HttpMethod.Delete, "/api/session")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/state")).Status);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/api/state")).Status);
    }

    [Fact]
    public async Task The_cookie_is_kept_from_scripts_and_other_sites_and_ends_with_time()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Browser owner = await ProtectedAsync(device);

        string cookie = owner.SetCookie!;
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        device.Time.Advance(Sessions.IdleTime);
        Assert.Equal(HttpStatusCode.Unauthorized, (await owner.GetAsync("/api/state")).Status);
    }

    [Fact]
    public async Task Passwords_are_not_kept_and_survive_a_restart()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Browser owner = await ProtectedAsync(device);
        string file = device.Service<AccessStore>().File;

        string text = await File.ReadAllTextAsync(file, Cancellation);
        Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
        Assert.Equal(600_000, JsonDocument.Parse(text).RootElement.GetProperty("password").GetProperty("iterations").GetInt32());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        await using DeviceFixture again = await DeviceFixture.StartAsync(null, ("Device:StateFolder", Path.GetDirectoryName(file)!));
        using var browser = new Browser(again);
        Assert.Equal(HttpStatusCode.OK, (await browser.SignInAsync(Password)).Status);
    }

    [Fact]
    public async Task A_change_of_the_password_needs_the_old_one_and_signs_everybody_else_out()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Browser owner = await ProtectedAsync(device);
        using var other = new Browser(device);
        await other.SignInAsync(Password);

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (
                await owner.SendAsync(HttpMethod.Put, "/api/password", new { current = "something else", password = "another password" })
            ).Status
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await owner.SendAsync(HttpMethod.Put, "/api/password", new { current = Password, password = "123456789" })).Status
        );
        Assert.Equal(
            HttpStatusCode.OK,
            (await owner.SendAsync(HttpMethod.Put, "/api/password", new { current = Password, password = "another password" })).Status
        );

        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/api/state")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/api/state")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.SignInAsync(Password)).Status);
    }

    [Fact]
    public async Task Who_is_signed_out_sees_no_more()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Browser owner = await ProtectedAsync(device);
        using var other = new Browser(device);
        await other.SignInAsync(Password);
        using HttpResponseMessage stream = await other.OpenAsync("/api/stream"),
            pictures = await other.OpenAsync("/api/live.mjpg");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (stream.StatusCode, pictures.StatusCode));

        Assert.Equal(
            HttpStatusCode.OK,
            (await owner.SendAsync(HttpMethod.Put, "/api/password", new { current = Password, password = "another password" })).Status
        );

        await stream.Content.CopyToAsync(Stream.Null, Cancellation).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        await pictures.Content.CopyToAsync(Stream.Null, Cancellation).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    [Fact]
    public async Task Guessing_is_slowed_down()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Web:Proxies:0", "127.0.0.1"));
        device.Service<AccessStore>().SetPassword(Password);
        using var guesser = new Browser(device);
        guesser.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.9");
        using var owner = new Browser(device);
        owner.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.10");
        for (int i = 0; i < SignInLimit.PerAddress; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await guesser.SignInAsync($"guess number {i}")).Status);

        using HttpResponseMessage refused = await guesser.Client.PostAsJsonAsync("/api/session", new { password = Password }, Cancellation);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(30), refused.Headers.RetryAfter!.Delta);

        Assert.Equal(HttpStatusCode.OK, (await owner.SignInAsync(Password)).Status);
        device.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, (await guesser.SignInAsync(Password)).Status);
    }

    [Fact]
    public async Task Wrong_passwords_do_not_lock_this_machine_out()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Browser owner = await ProtectedAsync(device);
        using var browser = new Browser(device);
        for (int i = 0; i <= SignInLimit.PerAddress; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SignInAsync($"guess number {i}")).Status);

        Assert.Equal(HttpStatusCode.OK, (await browser.SignInAsync(Password)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_of_the_password_ends_the_tokens_unless_they_are_kept(bool keepTokens)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Browser owner = await ProtectedAsync(device);
        (_, JsonElement token) = await owner.SendAsync(HttpMethod.Post, "/api/tokens", new { name = "backup" });
        using var script = new Browser(device);
        script.Client.DefaultRequestHeaders.Authorization = new("Bearer", token.GetProperty("token").GetString());
        Assert.Equal(HttpStatusCode.OK, (await script.GetAsync("/api/state")).Status);

        object change = new
        {
            current = Password,
            password = "another password",
            keepTokens,
        };
        Assert.Equal(HttpStatusCode.OK, (await owner.SendAsync(HttpMethod.Put, "/api/password", change)).Status);

        Assert.Equal(keepTokens ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, (await script.GetAsync("/api/state")).Status);
    }

    [Fact]
    public async Task Tokens_are_for_scripts_and_told_once()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Browser owner = await ProtectedAsync(device);
        (HttpStatusCode made, JsonElement token) = await owner.SendAsync(HttpMethod.Post, "/api/tokens", new { name = "backup" });
        Assert.Equal(HttpStatusCode.Created, made);
        using var script = new Browser(device);
        script.Client.DefaultRequestHeaders.Authorization = new("Bearer", token.GetProperty("token").GetString());

        Assert.Equal(HttpStatusCode.OK, (await script.GetAsync("/api/state")).Status);
        Assert.Equal(HttpStatusCode.Created, (await script.SendAsync(HttpMethod.Post, "/api/tokens", new { name = "second" })).Status);
        JsonElement[] listed = [.. (await owner.GetAsync("/api/tokens")).Json.EnumerateArray()];
        Assert.Equal(["backup", "second"], listed.Select(entry => entry.GetProperty("name").GetString()));
        Assert.NotEqual(JsonValueKind.Null, listed[0].GetProperty("lastUsed").ValueKind);
        Assert.All(listed, entry => Assert.False(entry.TryGetProperty("token", out _) || entry.TryGetProperty("hash", out _)));
        Assert.DoesNotContain(
            token.GetProperty("token").GetString()!,
            await File.ReadAllTextAsync(device.Service<AccessStore>().File, Cancellation),
            StringComparison.Ordinal
        );

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await owner.SendAsync(HttpMethod.Delete, "/api/tokens/" + token.GetProperty("id").GetString())).Status
        );
        Assert.Equal(HttpStatusCode.Unauthorized, (await script.GetAsync("/api/state")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.SendAsync(HttpMethod.Delete, "/api/tokens/nothing")).Status);
    }

    [Theory]
    [InlineData("http://attacker.example", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Created)]
    [InlineData("own", HttpStatusCode.Created)]
    public async Task A_change_that_a_page_of_another_site_makes_up_is_refused(string? origin, HttpStatusCode status)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();
        if (origin is not null)
            page.Client.DefaultRequestHeaders.Add(
                "Origin",
                origin == "own" ? device.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) : origin
            );

        Assert.Equal(status, (await page.SendAsync(HttpMethod.Post, "/api/tokens", new { name = "script" })).Status);
    }

    [Fact]
    public async Task A_known_proxy_is_believed_and_its_clients_are_strangers()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("Web:Proxies:0", "127.0.0.0/8"),
            ("Web:Hosts:0", "door.example.org")
        );
        device.Service<AccessStore>().SetPassword(Password);
        using var outside = new Browser(device);
        outside.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        outside.Client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        outside.Client.DefaultRequestHeaders.Add("X-Forwarded-Host", "door.example.org");

        Assert.Equal(HttpStatusCode.Unauthorized, (await outside.GetAsync("/metrics")).Status);
        Assert.Equal(HttpStatusCode.OK, (await outside.SignInAsync(Password)).Status);
        Assert.Contains("secure", outside.SetCookie!, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("__Host-", outside.SetCookie!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await outside.GetAsync("/api/state")).Status);
        (HttpStatusCode status, JsonElement answer) = await outside.GetAsync("/api/live.jpg");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("Device:AllowImages", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_lets_nobody_in_instead_of_everybody()
    {
        using var folder = new TemporaryFolder();
        folder.File(AccessFile.FileName, "{ \"password\": "u8);
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Device:StateFolder", folder.Path));
        using var page = new Browser(device);

        (HttpStatusCode status, JsonElement answer) = await page.GetAsync("/api/state");

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains(AccessFile.FileName, answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await page.SignInAsync(Password)).Status);
    }

    [Theory]
    [InlineData("text/plain", "{\"password\":\"x\"}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "{\"password\":", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"password\":null}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"password\":1}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"password\":\"x\",\"admin\":true}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "null", HttpStatusCode.BadRequest)]
    public async Task A_body_that_is_not_right_is_refused_with_a_sentence(string type, string body, HttpStatusCode status)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, type);

        using HttpResponseMessage response = await device.Client.PostAsync(
            new Uri("/api/session", UriKind.Relative),
            content,
            Cancellation
        );

        Assert.Equal(status, response.StatusCode);
        string sentence = JsonDocument
            .Parse(await response.Content.ReadAsStringAsync(Cancellation))
            .RootElement.GetProperty("detail")
            .GetString()!;
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var content = new StringContent(
            $$"""{"password":"{{new string('x', 10_000)}}"}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );

        using HttpResponseMessage response = await device.Client.PostAsync(
            new Uri("/api/session", UriKind.Relative),
            content,
            Cancellation
        );

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    internal static async Task<Browser> ProtectedAsync(DeviceFixture device)
    {
        var owner = new Browser(device);
        await owner.SessionAsync();
        (HttpStatusCode status, JsonElement session) = await owner.SendAsync(HttpMethod.Put, "/api/password", new { password = Password });
        Assert.Equal((HttpStatusCode.OK, true), (status, session.GetProperty("passwordSet").GetBoolean()));
        owner.Csrf = session.GetProperty("csrfToken").GetString();
        return owner;
    }
}
