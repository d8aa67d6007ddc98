using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Core;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Events;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Web.Access;
using RNNPool.Edge.Web.Live;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Web.Sockets;

/// <summary>The one connection of a window of the page.</summary>
public sealed class SocketTests
{
    private const string Password = "correct horse battery";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_window_receives_the_state_the_detections_the_events_and_the_figures()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Window window = await Window.OpenAsync(device.Client.BaseAddress!);
        Assert.Equal("state", (await window.NextAsync())!.Name);

        device.Detector.Found = [FakeDetector.Face()];
        HashSet<string> missing = ["detections", "event", "sample", "state"];
        await window.UntilAsync(device, message =>
        {
            missing.Remove(message.Name);
            return missing.Count == 0;
        });
        Assert.Equal(0, device.Service<LivePictures>().Viewers);
    }

    [Fact]
    public async Task The_next_picture_comes_after_the_last_one_was_shown()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Window window = await Window.OpenAsync(device.Client.BaseAddress!);
        await window.SendAsync("""{"width":640,"fps":15}""");
        WindowMessage first = await window.UntilAsync(device, IsPicture);
        using Frame frame = ImageCodec.Decode(first.Jpeg!, "window", new FramePool());
        Assert.Equal((64, 48), (frame.Width, frame.Height));
        Assert.InRange(first.Frame, 0, device.Status.Frames);

        // The figures come once a second: in three seconds there would be many pictures.
        int samples = 0;
        await window.UntilAsync(device, message =>
        {
            Assert.NotEqual("picture", message.Name);
            return message.Name == StreamMessage.Sample && ++samples == 3;
        });
        await window.SendAsync("""{"shown":true}""");
        WindowMessage second = await window.UntilAsync(device, IsPicture);

        Assert.True(second.Frame > first.Frame);
    }

    [Fact]
    public async Task Pictures_end_and_begin_again_at_the_request_of_the_window()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var live = device.Service<LivePictures>();
        using Window window = await Window.OpenAsync(device.Client.BaseAddress!);
        await window.SendAsync("""{"fps":15}""");
        await window.UntilAsync(device, IsPicture);

        // Also while a picture has not been shown yet.
        await window.SendAsync("""{"fps":0}""");
        await Wait.UntilAsync(() => live.Viewers == 0, "the viewer has left");
        await window.SendAsync("""{"fps":15,"width":320}""");
        await Wait.UntilAsync(() => live.Viewers == 1, "the viewer is back");
        await window.SendAsync("""{"shown":true}""");
        await window.UntilAsync(device, IsPicture);
        window.Dispose();

        await Wait.UntilAsync(() => live.Viewers == 0 && device.Service<LiveStream>().Listeners == 0, "the window has left");
    }

    [Fact]
    public async Task The_log_is_sent_on_request()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        ILogger logger = device.Service<LogTail>().CreateLogger("Some.Part");
        using Window window = await Window.OpenAsync(device.Client.BaseAddress!);
        await window.SendAsync("""{"log":true}""");
        int number = 0;

        WindowMessage line = await window.UntilAsync(device, message =>
        {
            logger.Log(LogLevel.Warning, default, $"Message {++number}.", null, static (text, _) => text);
            return message.Name == StreamMessage.Log && message.Data.GetProperty("category").GetString() == "Some.Part";
        });

        Assert.Equal("warning", line.Data.GetProperty("level").GetString());
    }

    [Fact]
    public async Task A_window_that_connects_again_receives_the_events_in_between()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Presence:HistoryLength", "1"));
        string? position;
        using (Window window = await Window.OpenAsync(device.Client.BaseAddress!))
            position = (await window.NextAsync())!.Id;
        device.Detector.Found = [FakeDetector.Face()];
        for (int frames = 0; !device.Occupancy.Current.Occupied; frames++)
        {
            Assert.InRange(frames, 0, 50);
            await device.FrameAsync();
        }

        using Window again = await Window.OpenAsync(device.Client.BaseAddress!, $"?lastEventId={Uri.EscapeDataString(position!)}");

        WindowMessage missed = await again.UntilAsync(device, message => message.Name == StreamMessage.Event);
        Assert.Equal(device.History.Newest(int.MaxValue)[^1].Id, missed.Data.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("", HttpStatusCode.UpgradeRequired)]
    [InlineData("?lastEventId=%0A", HttpStatusCode.BadRequest)]
    public async Task Other_requests_are_refused(string query, HttpStatusCode status)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();

        using HttpResponseMessage response = await device.Client.GetAsync(new Uri("/api/socket" + query, UriKind.Relative), Cancellation);

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("http://attacker.example", false)]
    [InlineData("http://localhost.attacker.example", false)]
    [InlineData("null", false)]
    [InlineData(null, true)]
    [InlineData("own", true)]
    public async Task A_page_of_another_site_gets_no_connection(string? origin, bool allowed)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        Uri address = device.Client.BaseAddress!;
        if (origin == "own")
            origin = $"http://{address.Authority}";
        Task<Window> opening = Window.OpenAsync(address, "", options =>
        {
            if (origin is not null)
                options.SetRequestHeader("Origin", origin);
        });

        if (allowed)
        {
            using Window window = await opening;
            Assert.Equal("state", (await window.NextAsync())!.Name);
        }
        else
        {
            await Assert.ThrowsAsync<WebSocketException>(() => opening);
            Assert.Equal(0, device.Service<LiveStream>().Listeners);
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"unknown":1}""")]
    [InlineData("""{"fps":"fast"}""")]
    public async Task An_unreadable_request_ends_the_connection(string request)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Window window = await Window.OpenAsync(device.Client.BaseAddress!);

        await window.SendAsync(request);
        await window.EndAsync();

        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, window.CloseStatus);
    }

    [Fact]
    public async Task A_session_that_ends_ends_the_connection_and_without_one_there_is_none()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        device.Service<AccessStore>().SetPassword(Password);
        await Assert.ThrowsAsync<WebSocketException>(() => Window.OpenAsync(device.Client.BaseAddress!));
        using var owner = new Browser(device);
        await owner.SignInAsync(Password);
        await owner.SessionAsync();
        using Window window = await Window.OpenAsync(device.Client.BaseAddress!, "", options =>
            options.SetRequestHeader("Cookie", owner.Cookie)
        );
        Assert.Equal("state", (await window.NextAsync())!.Name);

        Assert.Equal(HttpStatusCode.NoContent, (await owner.SendAsync(HttpMethod.Delete, "/api/session")).Status);

        await window.EndAsync();
        await Wait.UntilAsync(() => device.Service<LiveStream>().Listeners == 0, "the window has left");
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_windows()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using Window window = await Window.OpenAsync(device.Client.BaseAddress!);
        await window.SendAsync("""{"fps":15}""");
        await Wait.UntilAsync(() => device.Service<LivePictures>().Viewers == 1, "a viewer");

        await device.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        Assert.Equal(0, device.Service<LivePictures>().Viewers);
    }

    [Fact]
    public async Task A_connection_of_HTTP_2_is_the_same()
    {
        using var folder = new TemporaryFolder();
        var state = new StateFolder(folder.Path, NullLogger<StateFolder>.Instance);
        new AccessStore(new AccessFile(state), TimeProvider.System, NullLogger<AccessStore>.Instance).SetPassword(Password);
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("Device:StateFolder", folder.Path),
            ("Web:Network", "Https"),
            ("Web:NetworkPort", "0")
        );
        var address = new Uri($"https://127.0.0.1:{device.Addresses.Single(address => address.Scheme == "https").Port}");
        using var owner = new Browser(device, address);
        await owner.SignInAsync(Password);
        using var handler = new HttpClientHandler
        {
            UseCookies = false,
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
        using var invoker = new HttpMessageInvoker(handler);

        using Window window = await Window.OpenAsync(
            address,
            "",
            options =>
            {
                options.HttpVersion = HttpVersion.Version20;
                options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
                options.SetRequestHeader("Cookie", owner.Cookie);
                options.SetRequestHeader("Origin", $"https://{address.Authority}");
            },
            invoker
        );

        Assert.Equal(JsonValueKind.Object, (await window.NextAsync())!.Data.ValueKind);
    }

    private static bool IsPicture(WindowMessage message) => message.Name == "picture";
}
