using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Sinks.Notify;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Sinks.Notify;

/// <summary>Notifications to a real server that fails in every way.</summary>
public sealed class NotifySinkTests : IAsyncDisposable
{
    private const string Key = "correct horse battery";
    private const string Secret = "no-one-may-see-this";

    private readonly NotifyFixture _notify = new();

    public ValueTask DisposeAsync() => _notify.DisposeAsync();

    [Fact]
    public async Task A_webhook_receives_a_signed_body_with_the_event()
    {
        await using Receiver server = await Receiver.StartAsync();
        _notify.Options.Webhook = new WebhookOptions { Url = server.Address + "/hook?token=" + Secret, Secret = Key };
        await _notify.OpenAsync();

        await _notify.DeliverAsync("a", change: message => message with { Zones = ["porch"] });
        await Wait.UntilAsync(() => _notify.Status.Sent == 1, "the notification");

        Received request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/hook", "?token=" + Secret), (request.Method, request.Path, request.Query));
        Assert.Equal("application/json; charset=utf-8", request.Headers.ContentType.ToString());
        string timestamp = request.Headers[WebhookChannel.TimestampHeader].ToString();
        Assert.Equal(WebhookChannel.Sign(Key, timestamp, request.Body), request.Headers[WebhookChannel.SignatureHeader].ToString());
        Assert.NotEqual(
            WebhookChannel.Sign(Key + "x", timestamp, request.Body),
            request.Headers[WebhookChannel.SignatureHeader].ToString()
        );
        Assert.Equal("a-new", request.Headers[WebhookChannel.DeliveryHeader].ToString());
        JsonElement body = JsonDocument.Parse(request.Body).RootElement;
        Assert.Equal("new", body.GetProperty("type").GetString());
        Assert.Equal("Front door", body.GetProperty("title").GetString());
        Assert.Equal("Face at door (porch).", body.GetProperty("text").GetString());
        Assert.Equal("a", body.GetProperty("event").GetProperty("id").GetString());
        Assert.False(body.TryGetProperty("picture", out _));
    }

    [Fact]
    public void The_signature_is_that_of_other_implementations()
    {
        // Computed by: printf '1760000000.{"a":1}' | openssl dgst -sha256 -hmac 'correct horse battery'
        Assert.Equal("sha256=" + Vector, WebhookChannel.Sign(Key, "1760000000", """{"a":1}"""u8));
    }

    private const string Vector = "92f3b0f065427e807009683dbda9a28bbb47ae25daa0d87215c7e6eb81b444cf";

    [Fact]
    public async Task A_body_is_made_of_the_template_and_its_values_are_escaped()
    {
        await using Receiver server = await Receiver.StartAsync();
        _notify.Options.Webhook = new WebhookOptions
        {
            Url = server.Address,
            Body = """{"content":"{{label}} at {{ camera }}, {{score}} %","raw":{{event}},"id":"{{id}}"}""",
        };
        await _notify.OpenAsync();

        await _notify.DeliverAsync("a", change: message => message with { Camera = "the \"door\"\n", TopScore = 0.951 });
        await Wait.UntilAsync(() => _notify.Status.Sent == 1, "the notification");

        JsonElement body = JsonDocument.Parse(server.Requests[0].Body).RootElement;
        Assert.Equal("face at the \"door\"\n, 95 %", body.GetProperty("content").GetString());
        Assert.Equal("a", body.GetProperty("raw").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_server_that_hangs_delays_no_event_and_gets_the_notification_again()
    {
        await using Receiver server = await Receiver.StartAsync();
        server.Hang();
        _notify.Options.Webhook.Url = server.Address;
        await _notify.OpenAsync();

        foreach (string id in new[] { "a", "b", "c" })
            await _notify.DeliverAsync(id);
        await Wait.UntilAsync(() => server.Requests.Count == 1, "the first request");
        Assert.Equal(3, _notify.Status.Waiting);
        await _notify.AdvanceUntilAsync(() => _notify.Status.Failures == 2, "two timeouts");
        Assert.Contains("10 s", _notify.Status.LastError, StringComparison.Ordinal);
        Assert.NotNull(_notify.Sink!.Degradation);
        Assert.Null(_notify.Sink.Failure);

        server.Respond(200);
        await _notify.AdvanceUntilAsync(() => _notify.Status.Sent == 3, "all notifications");

        Assert.Null(_notify.Sink.Degradation);
        Assert.Equal(["a", "b", "c"], server.Requests.TakeLast(3).Select(Id));
        Assert.Contains(1401, _notify.Log.Events);
    }

    [Fact]
    public async Task An_error_of_the_server_is_tried_again_with_growing_delays()
    {
        await using Receiver server = await Receiver.StartAsync();
        server.Respond(500, "broken");
        _notify.Options.Webhook.Url = server.Address;
        await _notify.OpenAsync();
        await _notify.DeliverAsync("a");
        var delays = new List<double>();
        await Wait.UntilAsync(() => _notify.Status.Failures == 1, "the first failure");
        for (int i = 2; i <= 5; i++)
        {
            DateTimeOffset before = _notify.Time.GetUtcNow();
            await _notify.AdvanceUntilAsync(() => _notify.Status.Failures == i, $"failure {i}");
            delays.Add((_notify.Time.GetUtcNow() - before).TotalSeconds);
        }

        Assert.All(delays.Zip([5, 10, 20, 40]), pair => Assert.InRange(pair.First, pair.Second - 1, pair.Second + 4));
        Assert.Single(_notify.Log.WithId(1400));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task A_wait_that_the_server_asks_for_is_kept()
    {
        await using Receiver server = await Receiver.StartAsync();
        server.Respond(429, "", ("Retry-After", "120"));
        _notify.Options.Webhook.Url = server.Address;
        await _notify.OpenAsync();
        await _notify.DeliverAsync("a");
        await Wait.UntilAsync(() => _notify.Status.Failures == 1, "the first failure");
        server.Respond(204);
        DateTimeOffset before = _notify.Time.GetUtcNow();

        await _notify.AdvanceUntilAsync(() => _notify.Status.Sent == 1, "the notification");

        Assert.InRange((_notify.Time.GetUtcNow() - before).TotalSeconds, 119, 125);
    }

    [Fact]
    public async Task A_notification_that_the_server_refuses_does_not_stop_the_next_one()
    {
        await using Receiver server = await Receiver.StartAsync();
        server.Respond(400);
        _notify.Options.Webhook.Url = server.Address;
        await _notify.OpenAsync();
        await _notify.DeliverAsync("a");
        await Wait.UntilAsync(() => _notify.Status.Outbox.Refused == 1, "the refusal");

        server.Respond(200);
        await _notify.DeliverAsync("b");
        await Wait.UntilAsync(() => _notify.Status.Sent == 1, "the next one");
        Assert.Equal(["a", "b"], server.Requests.Select(Id));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirection_is_not_followed(int status)
    {
        await using Receiver server = await Receiver.StartAsync();
        await using Receiver other = await Receiver.StartAsync();
        server.Respond(status, "", ("Location", other.Address + "/" + Secret));
        _notify.Options.Webhook = new WebhookOptions { Url = server.Address, Secret = Key };
        await _notify.OpenAsync();
        await _notify.DeliverAsync("a");

        await _notify.AdvanceUntilAsync(() => _notify.Status.Failures == 2, "two failures");

        Assert.Empty(other.Requests);
        Assert.Equal(1, _notify.Status.Waiting);
        Assert.Contains("redirect", _notify.Status.LastError, StringComparison.Ordinal);
        AssertNoSecrets();
    }

    [Fact]
    public async Task A_server_that_is_gone_receives_the_notifications_when_it_is_back()
    {
        int port;
        await using (Receiver first = await Receiver.StartAsync())
            port = first.Port;
        _notify.Options.Webhook.Url = FormattableString.Invariant($"http://127.0.0.1:{port}/{Secret}");
        await _notify.OpenAsync();
        await _notify.DeliverAsync("a");
        await _notify.AdvanceUntilAsync(() => _notify.Status.Failures == 2, "two failures");
        Assert.Contains(FormattableString.Invariant($"127.0.0.1:{port}"), _notify.Sink!.Degradation, StringComparison.Ordinal);
        AssertNoSecrets();

        await using Receiver back = await Receiver.StartAsync(port);
        await _notify.AdvanceUntilAsync(() => _notify.Status.Sent == 1, "the notification");
        Assert.Equal("a", Id(Assert.Single(back.Requests)));
    }

    [Fact]
    public async Task Waiting_notifications_survive_a_restart()
    {
        await using Receiver server = await Receiver.StartAsync();
        server.Respond(503);
        _notify.Options.Webhook.Url = server.Address;
        await _notify.OpenAsync();
        foreach (string id in new[] { "a", "b" })
            await _notify.DeliverAsync(id);
        await Wait.UntilAsync(() => _notify.Status.Failures == 1, "a failure");
        await _notify.CloseAsync();
        server.Respond(200);

        await _notify.OpenAsync();
        await _notify.DeliverAsync("c");

        await Wait.UntilAsync(() => _notify.Status.Sent == 3, "all notifications");
        Assert.Equal(["a", "b", "c"], server.Requests.TakeLast(3).Select(Id));
    }

    [Fact]
    public async Task Nothing_is_sent_in_quiet_hours_and_what_waited_before_is_sent_after_them()
    {
        await using Receiver server = await Receiver.StartAsync();
        server.Respond(503);
        _notify.Options.Webhook.Url = server.Address;
        _notify.Quiet.Times = ["sat 12:01-12:10"];
        await _notify.OpenAsync();
        await _notify.DeliverAsync("before");
        await Wait.UntilAsync(() => _notify.Status.Failures == 1, "a failure");
        _notify.Time.Advance(TimeSpan.FromMinutes(1));
        await Wait.SettleAsync();
        server.Respond(200);
        int requests = server.Requests.Count;

        await _notify.DeliverAsync("during");
        await Wait.PassAsync(_notify.Time, TimeSpan.FromSeconds(30), 8 * 60);
        Assert.Equal(requests, server.Requests.Count);
        await _notify.AdvanceUntilAsync(() => _notify.Status.Sent == 1, "the end of the quiet hours");

        Assert.True(_notify.Time.GetUtcNow() >= Samples.Noon.AddMinutes(10));
        Assert.InRange(server.Requests.Count, requests + 1, requests + 2);
        Assert.Equal("before", Id(server.Requests[^1]));
        Assert.Equal(0, _notify.Status.Waiting);
    }

    [Fact]
    public async Task An_address_that_fails_does_not_affect_another()
    {
        await using Receiver hook = await Receiver.StartAsync();
        await using Receiver ntfy = await Receiver.StartAsync();
        hook.Hang();
        _notify.Options.Webhook.Url = hook.Address;
        _notify.Options.Ntfy.Url = ntfy.Address + "/topic";
        await _notify.OpenAsync();

        await _notify.DeliverAsync("a");
        await _notify.DeliverAsync("b");

        await Wait.UntilAsync(() => _notify.Sink!.Statuses[1].Sent == 2, "both by ntfy");
        Assert.Equal(0, _notify.Sink!.Statuses[0].Sent);
    }

    [Fact]
    public async Task A_new_presence_is_sent_with_its_best_picture_after_a_delay()
    {
        await using Receiver server = await Receiver.StartAsync();
        _notify.Options.Webhook.Url = server.Address;
        _notify.Options.Picture = NotifyPicture.Crop;
        await _notify.OpenAsync();
        await _notify.DeliverAsync("a");
        _notify.Show("a");
        _notify.Time.Advance(TimeSpan.FromSeconds(1));
        await Wait.SettleAsync();
        Assert.Empty(server.Requests);

        _notify.Time.Advance(TimeSpan.FromSeconds(1));
        await Wait.UntilAsync(() => _notify.Status.Sent == 1, "the notification");

        byte[] picture = JsonDocument.Parse(server.Requests[0].Body).RootElement.GetProperty("picture").GetBytesFromBase64();
        Assert.Equal([0xFF, 0xD8], picture[..2]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_picture_on_its_way_is_withdrawn_with_the_permission_and_the_notification_sent_without_it(bool byPin)
    {
        await using Receiver server = await Receiver.StartAsync();
        server.Hang();
        _notify.Options.Webhook.Url = server.Address;
        _notify.Options.Picture = NotifyPicture.Whole;
        _notify.Options.PictureDelay = TimeSpan.Zero;
        await _notify.OpenAsync();
        _notify.Show("a");
        await _notify.DeliverAsync("a");
        await Wait.UntilAsync(() => server.Requests.Count == 1, "the request");
        Assert.True(_notify.Holder.HoldsImages);
        server.Respond(200);

        if (byPin)
            _notify.Controls.SetInputPrivacy(true, "button");
        else
            _notify.Device.Current = new DeviceOptions();

        await Wait.UntilAsync(() => _notify.Status.Sent == 1, "the notification without the picture, without any virtual time");
        Assert.False(_notify.Holder.HoldsImages);
        Assert.False(JsonDocument.Parse(server.Requests[1].Body).RootElement.TryGetProperty("picture", out _));
    }

    private void AssertNoSecrets()
    {
        string seen = string.Join('\n', [.. _notify.Log.Lines, _notify.Sink!.Degradation ?? "", _notify.Status.ToString()]);
        Assert.DoesNotContain(Secret, seen, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, seen, StringComparison.Ordinal);
    }

    private static string? Id(Received request) =>
        JsonDocument.Parse(request.Body).RootElement.GetProperty("event").GetProperty("id").GetString();
}
