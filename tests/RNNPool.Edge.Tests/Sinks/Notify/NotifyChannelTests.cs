using RNNPool.Edge.Sinks.Notify;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Notify;

/// <summary>The requests that ntfy and Telegram receive, which events are notified, and which settings are refused.</summary>
public sealed class NotifyChannelTests : IAsyncDisposable
{
    private const string Token = "123456:ABC-DEF_ghi";

    private readonly NotifyFixture _notify = new();

    public ValueTask DisposeAsync() => _notify.DisposeAsync();

    [Fact]
    public async Task Ntfy_receives_the_picture_with_title_and_text_in_the_query()
    {
        await using Receiver server = await Receiver.StartAsync();
        _notify.Options.Ntfy = new NtfyOptions
        {
            Url = server.Address + "/my-topic",
            Token = "tk_secret",
            Priority = 5,
        };
        _notify.Options.Picture = NotifyPicture.Crop;
        _notify.Options.PictureDelay = TimeSpan.Zero;
        _notify.Options.Text = "{{label}} & Tür";
        await _notify.OpenAsync();
        _notify.Show("a");

        await _notify.DeliverAsync("a");
        await Wait.UntilAsync(() => _notify.Status.Sent == 1, "the notification");

        Received request = Assert.Single(server.Requests);
        Assert.Equal(("PUT", "/my-topic"), (request.Method, request.Path));
        Assert.Equal("?title=Front door&priority=5&message=face & Tür&filename=new.jpg", request.Query);
        Assert.Equal("Bearer tk_secret", request.Headers.Authorization.ToString());
        Assert.Equal([0xFF, 0xD8], request.Body[..2]);
    }

    [Fact]
    public async Task Ntfy_receives_the_text_alone_where_attachments_are_refused()
    {
        await using Receiver server = await Receiver.StartAsync();
        server.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Method == "PUT" ? 400 : 200;
            return Task.CompletedTask;
        };
        _notify.Options.Ntfy.Url = server.Address + "/my-topic";
        _notify.Options.Picture = NotifyPicture.Whole;
        _notify.Options.PictureDelay = TimeSpan.Zero;
        await _notify.OpenAsync();
        _notify.Show("a");

        await _notify.DeliverAsync("a");
        await Wait.UntilAsync(() => _notify.Status.Sent == 1, "the notification");

        Assert.Equal(("POST", "Face at door."), (server.Requests[^1].Method, server.Requests[^1].Text));
    }

    [Fact]
    public async Task Telegram_receives_a_photo_or_a_message()
    {
        await using Receiver server = await Receiver.StartAsync();
        _notify.Options.Telegram = new TelegramOptions
        {
            Token = Token,
            Chat = "-100123",
            Server = server.Address,
        };
        _notify.Options.Picture = NotifyPicture.Crop;
        _notify.Options.PictureDelay = TimeSpan.Zero;
        await _notify.OpenAsync();
        _notify.Show("a");
        await _notify.DeliverAsync("a");
        await _notify.DeliverAsync("b");
        await Wait.UntilAsync(() => _notify.Status.Sent == 2, "both notifications");

        Assert.Equal([$"/bot{Token}/sendPhoto", $"/bot{Token}/sendMessage"], server.Requests.Select(request => request.Path));
        Assert.Contains("Front door\nFace at door.", server.Requests[0].Text, StringComparison.Ordinal);
        Assert.Contains("JFIF", server.Requests[0].Text, StringComparison.Ordinal);
        Assert.Equal("chat_id=-100123&text=Front+door%0AFace+at+door.", server.Requests[1].Text);
    }

    [Fact]
    public async Task The_wait_and_the_reason_of_Telegram_are_read_and_the_token_is_not_shown()
    {
        await using Receiver server = await Receiver.StartAsync();
        server.Respond(
            429,
            """{"ok":false,"error_code":429,"description":"Too Many Requests for bot@","parameters":{"retry_after":77}}""".Replace(
                "@",
                Token,
                StringComparison.Ordinal
            )
        );
        _notify.Options.Telegram = new TelegramOptions
        {
            Token = Token,
            Chat = "-100123",
            Server = server.Address,
        };
        await _notify.OpenAsync();
        await _notify.DeliverAsync("a");
        await Wait.UntilAsync(() => _notify.Status.Failures == 1, "the failure");
        Assert.Contains("Too Many Requests", _notify.Status.LastError, StringComparison.Ordinal);
        Assert.Equal(77.0, Assert.Single(_notify.Log.WithId(1400)).Values["Seconds"]);
        Assert.DoesNotContain(Token, _notify.Status.ToString(), StringComparison.Ordinal);
        Assert.All(_notify.Log.Lines, line => Assert.DoesNotContain(Token, line, StringComparison.Ordinal));
    }

    [Fact]
    public void Begins_are_notified_and_ends_of_them_when_they_are_wanted()
    {
        var filter = new NotifyFilter(new NotifyOptions { Ends = true, MinInterval = TimeSpan.FromSeconds(30) }, _notify.Time);
        Assert.True(filter.Admit(Samples.Event(id: "a")));
        Assert.False(filter.Admit(Samples.Event(PresenceEventKind.Update, "a")));
        Assert.False(filter.Admit(Samples.Event(id: "soon")));
        Assert.True(filter.Admit(Samples.Event(id: "other camera") with { Camera = "garden" }));
        Assert.True(filter.Admit(Samples.Event(PresenceEventKind.End, "a")));
        Assert.False(filter.Admit(Samples.Event(PresenceEventKind.End, "soon")));
        _notify.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(filter.Admit(Samples.Event(id: "later")));
        Assert.False(filter.Admit(Samples.Event(PresenceEventKind.End, "later") with { Reason = PresenceEndReason.Stopped }));
        Assert.False(new NotifyFilter(new NotifyOptions(), _notify.Time).Admit(Samples.Event(PresenceEventKind.End)));
    }

    [Fact]
    public void Labels_and_zones_choose_and_a_presence_may_enter_a_zone_later()
    {
        var options = new NotifyOptions
        {
            Labels = ["face"],
            Zones = ["porch"],
            MinInterval = TimeSpan.Zero,
        };
        var filter = new NotifyFilter(options, _notify.Time);
        Assert.False(filter.Admit(Samples.Event(label: "cat") with { Zones = ["porch"] }));
        Assert.False(filter.Admit(Samples.Event(id: "a")));
        Assert.True(filter.Admit(Samples.Event(PresenceEventKind.Update, "a") with { Zones = ["porch"] }));
        Assert.False(filter.Admit(Samples.Event(PresenceEventKind.Update, "a") with { Zones = ["porch"] }));
    }

    [Theory]
    [InlineData("ftp://example.com/x", null, "Notify:Webhook:Url")]
    [InlineData("http://user:s3cret@example.com/x", null, "Notify:Webhook:Url")]
    [InlineData("file:///etc/passwd", null, "Notify:Webhook:Url")]
    [InlineData("http://example.com:99999/s3cret", null, "Notify:Webhook:Url")]
    [InlineData("http://[::1/s3cret", null, "Notify:Webhook:Url")]
    [InlineData("https://example.com/x", """{"a":"{{nothing}}"}""", "Notify:Webhook:Body")]
    [InlineData("https://example.com/x", """{"a":{{label}}}""", "Notify:Webhook:Body")]
    public void Wrong_settings_are_refused_without_their_secrets(string url, string? body, string key)
    {
        var options = new NotifyOptions
        {
            Webhook = new WebhookOptions { Url = url, Body = body },
        };
        string failure = Assert.Single(new NotifyOptionsValidator().Validate(null, options).Failures!);
        Assert.StartsWith(key, failure, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_usual_template_is_accepted()
    {
        var options = new NotifyOptions
        {
            Webhook = new WebhookOptions
            {
                Url = "https://hooks.example.com/services/T000/B000/abc",
                Body = """{"text":"{{what}}","picture":"{{picture}}","event":{{event}}}""",
            },
        };
        Assert.True(new NotifyOptionsValidator().Validate(null, options).Succeeded);
    }
}
