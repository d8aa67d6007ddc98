using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Web.Access;

namespace RNNPool.Edge.Tests.Web.Access;

/// <summary>Pictures for other programs over real HTTP, by signed addresses and by HTTP Basic authentication.</summary>
public sealed class SignedPicturesTests
{
    private const string Password = "correct horse battery";
    private const string Live = "/api/live.jpg";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_opens_its_picture_and_nothing_else()
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = await AccessTests.ProtectedAsync(device);
        string address = await SignAsync(owner, Live, null);
        string query = address[address.IndexOf('?', StringComparison.Ordinal)..];

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await WithoutFramesAsync(device, address));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await WithoutFramesAsync(device, address + "&width=320&boxes=1"));
        foreach (
            string other in new[]
            {
                "/api/live.mjpg",
                "/api/state",
                "/api/stream",
                "/api/events",
                "/api/events/1/picture.jpg",
                "/api/events/1/picture",
                "/api/cameras/preview.jpg",
                "/api/tokens",
                "/api/settings",
            }
        )
            Assert.Equal((other, HttpStatusCode.Unauthorized), (other, await GetAsync(device, other + query)));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, Live));
    }

    [Theory]
    [InlineData("/api/live.mjpg?signature=")]
    [InlineData("/api/live.mjpg?signature=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("/api/live.mjpg?signature=not+base64url")]
    [InlineData("/api/live.mjpg?{valid}A")]
    [InlineData("/api/live.mjpg?{valid}&expires=99999999999")]
    [InlineData("/api/live.mjpg?{valid}&expires=-1")]
    [InlineData("/api/live.mjpg?{valid}&signature=AAAA")]
    public async Task A_wrong_signature_is_refused(string address)
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = await AccessTests.ProtectedAsync(device);
        string valid = (await SignAsync(owner, "/api/live.mjpg", null)).Split('?')[1];

        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, address.Replace("{valid}", valid, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_address_of_events_is_for_one_or_for_all()
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = await AccessTests.ProtectedAsync(device);
        string all = (await SignAsync(owner, "/api/events/{id}/crop.jpg", 30)).Split('?')[1],
            one = (await SignAsync(owner, "/api/events/7/crop.jpg", 30)).Split('?')[1];

        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(device, $"/api/events/7/crop.jpg?{all}"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(device, $"/api/events/8/crop.jpg?{all}"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(device, $"/api/events/7/crop.jpg?{one}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, $"/api/events/8/crop.jpg?{one}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, $"/api/events/7/picture.jpg?{all}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, $"/api/live.mjpg?{all}"));
    }

    [Theory]
    [InlineData("/api/state", 1)]
    [InlineData("/api/events/{id}/picture", 1)]
    [InlineData("/api/events//crop.jpg", 1)]
    [InlineData("/api/events/a/b/crop.jpg", 1)]
    [InlineData("/api/events/1/crop.jpg?x=1", 1)]
    [InlineData("/api/live.jpg\n", 1)]
    [InlineData("/API/live.jpg", 1)]
    [InlineData("", 1)]
    [InlineData("/api/live.jpg", 0)]
    [InlineData("/api/live.jpg", 3651)]
    public async Task Only_pictures_are_signed_for_a_time(string path, int days)
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = await AccessTests.ProtectedAsync(device);

        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await owner.SendAsync(HttpMethod.Post, "/api/picture-addresses", new { path, days })).Status
        );
        Assert.Null(device.Service<AccessStore>().FindPictureKey());
    }

    [Fact]
    public async Task A_stream_ends_with_the_validity_of_its_address()
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = await AccessTests.ProtectedAsync(device);
        string address = await SignAsync(owner, "/api/live.mjpg", 1);
        using HttpResponseMessage stream = await OpenAsync(device, address);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);

        device.Time.Advance(TimeSpan.FromDays(1));

        await stream.Content.CopyToAsync(Stream.Null, Cancellation).WaitAsync(Wait.Patience, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, address));
    }

    [Fact]
    public async Task All_addresses_are_withdrawn_at_once_and_their_streams_end()
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = await AccessTests.ProtectedAsync(device);
        string address = await SignAsync(owner, "/api/live.mjpg", null);
        using HttpResponseMessage stream = await OpenAsync(device, address);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await owner.SendAsync(HttpMethod.Delete, "/api/picture-addresses")).Status);

        await stream.Content.CopyToAsync(Stream.Null, Cancellation).WaitAsync(Wait.Patience, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, address));
        string next = await SignAsync(owner, "/api/live.mjpg", null);
        Assert.NotEqual(address, next);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, address));
        using HttpResponseMessage again = await OpenAsync(device, next);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_of_the_password_ends_the_addresses_and_the_streams_of_tokens_unless_they_are_kept(bool keepTokens)
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = await AccessTests.ProtectedAsync(device);
        string address = await SignAsync(owner, "/api/live.mjpg", null),
            token = await TokenAsync(owner);
        using HttpResponseMessage bySignature = await OpenAsync(device, address),
            byToken = await OpenAsync(device, "/api/live.mjpg", Basic("token", token));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (bySignature.StatusCode, byToken.StatusCode));

        object change = new
        {
            current = Password,
            password = "another password",
            keepTokens,
        };
        Assert.Equal(HttpStatusCode.OK, (await owner.SendAsync(HttpMethod.Put, "/api/password", change)).Status);

        if (!keepTokens)
        {
            await bySignature.Content.CopyToAsync(Stream.Null, Cancellation).WaitAsync(Wait.Patience, Cancellation);
            await byToken.Content.CopyToAsync(Stream.Null, Cancellation).WaitAsync(Wait.Patience, Cancellation);
        }

        using HttpResponseMessage again = await OpenAsync(device, address);
        Assert.Equal(keepTokens ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, again.StatusCode);
    }

    [Fact]
    public async Task An_address_survives_a_restart_and_its_key_is_the_owners_alone()
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = await AccessTests.ProtectedAsync(device);
        string address = await SignAsync(owner, "/api/events/{id}/picture.jpg", null);
        string file = device.Service<AccessStore>().File;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        await using DeviceFixture again = await StartAsync(("Device:StateFolder", Path.GetDirectoryName(file)!));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(again, address.Replace("{id}", "1", StringComparison.Ordinal)));
    }

    /// <summary>Without addresses the file is that of earlier versions, which can read it again.</summary>
    [Fact]
    public async Task A_file_without_addresses_has_no_key()
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = await AccessTests.ProtectedAsync(device);
        await SignAsync(owner, Live, null);
        Assert.Equal(HttpStatusCode.NoContent, (await owner.SendAsync(HttpMethod.Delete, "/api/picture-addresses")).Status);

        string text = await File.ReadAllTextAsync(device.Service<AccessStore>().File, Cancellation);
        Assert.False(JsonDocument.Parse(text).RootElement.TryGetProperty("pictureKey", out _));
    }

    [Fact]
    public async Task A_clock_that_is_not_set_prolongs_no_address()
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = await AccessTests.ProtectedAsync(device);
        string ending = await SignAsync(owner, "/api/live.mjpg", 30),
            endless = await SignAsync(owner, "/api/live.mjpg", null);
        device.Time.Jump(new DateTimeOffset(1970, 1, 1, 0, 1, 0, TimeSpan.Zero) - device.Time.GetUtcNow());

        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, ending));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(device, endless));
    }

    /// <summary>The permission stands above every address.</summary>
    [Fact]
    public async Task Without_permission_an_address_opens_nothing_elsewhere()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Web:Proxies:0", "127.0.0.1"));
        device.Service<AccessStore>().SetPassword(Password);
        string query = device.Service<SignedPictures>().Sign(PictureScope.Live, Live, null);

        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(device, $"{Live}?{query}", ("X-Forwarded-For", "192.0.2.9")));
    }

    [Theory]
    [InlineData("token")]
    [InlineData("")]
    [InlineData("camera:with:colons", false)]
    public async Task Basic_authentication_takes_a_token_for_pictures_only(string user, bool isRight = true)
    {
        await using DeviceFixture device = await StartAsync();
        using Browser owner = await AccessTests.ProtectedAsync(device);
        string token = await TokenAsync(owner);
        HttpStatusCode expected = isRight ? HttpStatusCode.OK : HttpStatusCode.Unauthorized;

        Assert.Equal(expected, await GetAsync(device, "/api/live.mjpg", Basic(user, token)));
        foreach (string other in new[] { "/api/state", "/api/stream", "/api/tokens", "/api/events/1/picture" })
            Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, other, Basic(user, token)));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, "/api/live.mjpg", Basic(user, Password)));
    }

    [Fact]
    public async Task Wrong_tokens_count_as_wrong_passwords_and_right_ones_are_not_held_up()
    {
        await using DeviceFixture device = await StartAsync(("Web:Proxies:0", "127.0.0.1"));
        device.Service<AccessStore>().SetPassword(Password);
        string token = device.Service<AccessStore>().AddToken("camera")!.Value.Token;
        (string, string) from = ("X-Forwarded-For", "192.0.2.9");
        for (int i = 0; i < SignInLimit.PerAddress; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, Live, from, Basic("token", $"guess {i}")));

        using HttpResponseMessage refused = await OpenAsync(device, Live, from, Basic("token", "guess"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(SignInLimit.AddressRefill, refused.Headers.RetryAfter!.Delta);
        using var browser = new Browser(device);
        browser.Client.DefaultRequestHeaders.Add(from.Item1, from.Item2);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.SignInAsync(Password)).Status);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(device, "/api/live.mjpg", from, Basic("token", token)));
    }

    /// <summary>A browser would answer with a dialog of its own.</summary>
    [Fact]
    public async Task Programs_are_asked_for_a_token_and_browsers_are_not()
    {
        await using DeviceFixture device = await StartAsync();
        device.Service<AccessStore>().SetPassword(Password);

        using HttpResponseMessage program = await OpenAsync(device, Live),
            browser = await OpenAsync(device, Live, ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)")),
            state = await OpenAsync(device, "/api/state");

        Assert.Equal(["Bearer", "Basic"], program.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));
        Assert.Equal("Bearer", Assert.Single(browser.Headers.WwwAuthenticate).Scheme);
        Assert.Equal("Bearer", Assert.Single(state.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task No_log_contains_a_signature()
    {
        using var log = new AllLogs();
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            services => services.AddSingleton<ILoggerProvider>(log),
            ("Device:AllowImages", "true"),
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace")
        );
        device.Service<AccessStore>().SetPassword(Password);
        string query = device.Service<SignedPictures>().Sign(PictureScope.Live, "/api/live.mjpg", null);

        Assert.Equal(HttpStatusCode.OK, await GetAsync(device, $"/api/live.mjpg?{query}"));
        Assert.Equal(HttpStatusCode.BadRequest, await GetAsync(device, $"/api/live.mjpg?{query}&width=x"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(device, $"/api/live.jpg?{query}"));

        Assert.Contains(log.Messages, message => message.Contains("/api/live.mjpg", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Messages, message => message.Contains(query[^20..], StringComparison.Ordinal));
    }

    internal static (string, string) Basic(string user, string password) =>
        ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    internal static async Task<string> SignAsync(Browser owner, string path, int? days)
    {
        (HttpStatusCode status, JsonElement answer) = await owner.SendAsync(HttpMethod.Post, "/api/picture-addresses", new { path, days });
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(days is null, answer.GetProperty("expires").ValueKind == JsonValueKind.Null);
        return answer.GetProperty("path").GetString()!;
    }

    internal static async Task<HttpResponseMessage> OpenAsync(
        DeviceFixture device,
        string path,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await device.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private static Task<DeviceFixture> StartAsync(params (string Key, string Value)[] settings) =>
        DeviceFixture.StartAsync(null, [("Device:AllowImages", "true"), .. settings]);

    private static async Task<string> TokenAsync(Browser owner) =>
        (await owner.SendAsync(HttpMethod.Post, "/api/tokens", new { name = "camera" })).Json.GetProperty("token").GetString()!;

    private static async Task<HttpStatusCode> GetAsync(DeviceFixture device, string path, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await OpenAsync(device, path, headers);
        return response.StatusCode;
    }

    /// <summary>The status of a picture that is admitted and awaits a frame until it is given up.</summary>
    private static async Task<HttpStatusCode> WithoutFramesAsync(DeviceFixture device, string path)
    {
        Task<HttpStatusCode> answer = GetAsync(device, path);
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.5), () => answer.IsCompleted, "the answer");
        return await answer;
    }

    private sealed class AllLogs : ILoggerProvider, ILogger
    {
        private readonly Lock _lock = new();
        private readonly List<string> _messages = [];

        public IReadOnlyList<string> Messages
        {
            get
            {
                lock (_lock)
                    return [.. _messages];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (_lock)
                _messages.Add(formatter(state, exception) + exception);
        }

        public void Dispose() { }
    }
}
