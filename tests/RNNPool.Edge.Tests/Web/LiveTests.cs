using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Web.Live;

namespace RNNPool.Edge.Tests.Web;

public sealed class LiveTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_live_view_shows_what_the_camera_sees()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using HttpResponseMessage response = await OpenAsync(device, "/api/live.mjpg?fps=15");
        Assert.Equal("multipart/x-mixed-replace", response.Content.Headers.ContentType!.MediaType);
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancellation);
        await LookedAtAsync(device, 1);

        Assert.Equal("--frame", await LineAsync(body));
        for (int i = 0; i < 3; i++)
        {
            byte[] jpeg = await PartAsync(device, body);
            using Frame frame = ImageCodec.Decode(jpeg, "live", new FramePool());
            Assert.Equal((64, 48), (frame.Width, frame.Height));
        }
    }

    [Fact]
    public async Task Nothing_is_encoded_while_nobody_looks_and_once_for_all_who_do()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var live = device.Service<LivePictures>();
        for (int i = 0; i < 5; i++)
            await device.FrameAsync();
        Assert.Equal(0, live.Encoded);
        Assert.False(device.Service<CameraSet>()[0].Tap.Wanted);

        LiveViewer[] viewers = [.. Enumerable.Range(0, 5).Select(i => live.Join(LiveFormat.For(600 + i, false), 15)!)];
        await Wait.UntilAsync(() => device.Service<CameraSet>()[0].Tap.Wanted, "the encoder asks for a frame");
        await device.FrameAsync();
        LivePicture[] pictures = await Task.WhenAll(viewers.Select(viewer => viewer.Pictures.ReadAsync(Cancellation).AsTask()));

        Assert.All(pictures, picture => Assert.Same(pictures[0], picture));
        Assert.Equal(1, live.Encoded);
        foreach (LiveViewer viewer in viewers)
            viewer.Dispose();
        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromSeconds(0.5),
            () => !device.Service<CameraSet>()[0].Tap.Wanted,
            "the tap has no viewers"
        );
        Assert.Equal(0, live.Viewers);
    }

    [Fact]
    public async Task A_viewer_that_is_slow_gets_the_newest_picture_and_no_queue()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var live = device.Service<LivePictures>();
        using LiveViewer viewer = live.Join(LiveFormat.For(640, false), 15)!;
        for (int i = 0; i < 4; i++)
        {
            long encoded = live.Encoded;
            await LookedAtAsync(device, 1);
            await device.FrameAsync();
            await Wait.UntilAsync(() => live.Encoded > encoded, "a picture");
            await Wait.UntilAsync(
                () => viewer.Pictures.TryPeek(out LivePicture? picture) && picture.Frame == device.Status.Frames - 1,
                "it is the newest"
            );
        }

        Assert.True(viewer.Pictures.TryRead(out _));
        Assert.False(viewer.Pictures.TryRead(out _));
    }

    [Fact]
    public async Task Each_viewer_has_its_own_rate()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var live = device.Service<LivePictures>();
        using LiveViewer fast = live.Join(LiveFormat.For(640, false), 10)!,
            slow = live.Join(LiveFormat.For(640, false), 1)!;
        int fasts = 0,
            slows = 0;
        for (int i = 0; i < 20; i++)
        {
            long encoded = live.Encoded;
            await LookedAtAsync(device, 1);
            await device.FrameAsync(0.2);
            await Wait.UntilAsync(() => live.Encoded > encoded, "a picture");
            await Wait.UntilAsync(() => fast.Pictures.TryRead(out _), "the fast viewer has it");
            fasts++;
            if (slow.Pictures.TryRead(out _))
                slows++;
        }

        Assert.Equal(20, fasts);
        Assert.InRange(slows, 4, 5);
    }

    [Fact]
    public async Task One_picture_can_be_had_with_boxes_and_smaller()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        device.Detector.Found = [FakeDetector.Face()];
        Task<byte[]> plain = device.Client.GetByteArrayAsync(new Uri("/api/live.jpg", UriKind.Relative), Cancellation);
        await LookedAtAsync(device, 1);
        await device.FrameAsync();
        using Frame grey = ImageCodec.Decode(await plain, "plain", new FramePool());
        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromSeconds(0.5),
            () => !device.Service<CameraSet>()[0].Tap.Wanted,
            "the first encoding has ended"
        );
        Task<byte[]> boxes = device.Client.GetByteArrayAsync(new Uri("/api/live.jpg?boxes=1", UriKind.Relative), Cancellation);
        await LookedAtAsync(device, 1);
        await device.FrameAsync();
        using Frame drawn = ImageCodec.Decode(await boxes, "boxes", new FramePool());

        Assert.Equal(PixelFormat.Gray8, grey.Format);
        Assert.Equal(PixelFormat.Rgba32, drawn.Format);
        Assert.True(
            Enumerable.Range(0, drawn.Length / 4).Any(i => drawn.Data[(4 * i) + 1] > drawn.Data[4 * i] + 60),
            "something green is drawn on the grey picture"
        );
    }

    [Fact]
    public async Task An_encoding_that_throws_is_shown_in_health_and_restarts()
    {
        var log = new RecordingLogger<LivePictures>();
        await using DeviceFixture device = await DeviceFixture.StartAsync(services => services.AddSingleton<ILogger<LivePictures>>(log));
        device.Detector.Found = [FakeDetector.Face()];
        using LiveViewer viewer = device.Service<LivePictures>().Join(LiveFormat.For(640, boxes: true), 15)!;
        IReadOnlyList<string> labels = device.Detector.Labels;
        await LookedAtAsync(device, 1);

        // The codec cannot draw without labels, and the log throws.
        device.Detector.Labels = null!;
        log.ThrowAt(2000);
        device.Camera.Frame();
        await Wait.UntilAsync(() => device.Service<LoopSupervisor>().Degradation is not null, "the fault");
        JsonElement report = await HealthAsync(device);
        Assert.Equal("degraded", report.GetProperty("state").GetString());
        Assert.Contains("640", report.GetProperty("degradations")[0].GetString(), StringComparison.Ordinal);

        device.Detector.Labels = labels;
        await LookedAtAsync(device, 1);
        device.Camera.Frame();
        await Wait.UntilAsync(() => viewer.Pictures.TryRead(out _), "a picture");
        Assert.Empty((await HealthAsync(device)).GetProperty("degradations").EnumerateArray());
        Assert.Equal(1, device.Service<LoopSupervisor>().Restarts);
    }

    [Fact]
    public async Task Without_frames_one_picture_is_refused_in_time()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        Task<HttpResponseMessage> picture = device.Client.GetAsync(new Uri("/api/live.jpg", UriKind.Relative), Cancellation);
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.5), () => picture.IsCompleted, "the answer");

        using HttpResponseMessage response = await picture;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("503", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewers_are_bounded_and_one_who_leaves_makes_room()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var responses = new List<HttpResponseMessage>();
        for (int i = 0; i < LivePictures.MaxViewers; i++)
            responses.Add(await OpenAsync(device, "/api/live.mjpg"));
        using (HttpResponseMessage full = await OpenAsync(device, "/api/live.mjpg"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);

        responses[3].Dispose();
        await Wait.UntilAsync(() => device.Service<LivePictures>().Viewers < LivePictures.MaxViewers, "one has left");
        using (HttpResponseMessage next = await OpenAsync(device, "/api/live.mjpg"))
            Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        foreach (HttpResponseMessage response in responses)
            response.Dispose();
    }

    [Fact]
    public async Task An_input_pin_that_asks_for_privacy_keeps_frames_from_viewers()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var live = device.Service<LivePictures>();
        using LiveViewer viewer = live.Join(LiveFormat.For(640, false), 15)!;
        await LookedAtAsync(device, 1);
        device.Service<DeviceControls>().SetInputPrivacy(true, "test");
        long frames = device.Status.Frames;
        device.Camera.Frame();
        await Wait.UntilAsync(() => device.Status.Frames > frames && device.Status.Pause is not null, "the frame has gone through");

        using HttpResponseMessage refused = await OpenAsync(device, "/api/live.mjpg");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("privacy", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(0, live.Encoded);
        Assert.False(viewer.Pictures.TryRead(out _));
    }

    [Theory]
    [InlineData("width=0", "width")]
    [InlineData("width=1921", "width")]
    [InlineData("width=x", "width")]
    [InlineData("fps=0.5", "fps")]
    [InlineData("fps=16", "fps")]
    [InlineData("fps=NaN", "fps")]
    [InlineData("boxes=yes", "boxes")]
    [InlineData("boxes=2", "boxes")]
    [InlineData("colour=1", "width")]
    public async Task Wrong_parameters_are_refused_by_name(string query, string name)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();

        using HttpResponseMessage response = await OpenAsync(device, "/api/live.mjpg?" + query);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        string? detail = JsonDocument
            .Parse(await response.Content.ReadAsStringAsync(Cancellation))
            .RootElement.GetProperty("detail")
            .GetString();
        Assert.Contains(name, detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_viewers()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using HttpResponseMessage pictures = await OpenAsync(device, "/api/live.mjpg");
        using HttpResponseMessage news = await OpenAsync(device, "/api/stream");

        await device.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        Assert.Equal(0, device.Service<LivePictures>().Viewers);
    }

    /// <summary>Waits until the encoder wants a frame; virtual time moves on so that its rest ends.</summary>
    private static async Task LookedAtAsync(DeviceFixture device, int viewers)
    {
        var live = device.Service<LivePictures>();
        await Wait.UntilAsync(() => live.Viewers >= viewers, "viewers have joined");
        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromMilliseconds(20),
            () => device.Service<CameraSet>()[0].Tap.Wanted,
            "the encoder asks for a frame"
        );
    }

    private static async Task<JsonElement> HealthAsync(DeviceFixture device)
    {
        using HttpResponseMessage response = await OpenAsync(device, "/health");
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement;
    }

    private static Task<HttpResponseMessage> OpenAsync(DeviceFixture device, string path) =>
        device.Client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancellation);

    private static async Task<byte[]> PartAsync(DeviceFixture device, Stream body)
    {
        await LookedAtAsync(device, 1);
        await device.FrameAsync();
        int length = 0;
        for (string line = await LineAsync(body); line.Length > 0; line = await LineAsync(body))
        {
            if (line.StartsWith("Content-Length: ", StringComparison.Ordinal))
                length = int.Parse(line["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        }

        byte[] jpeg = new byte[length];
        await body.ReadExactlyAsync(jpeg, Cancellation);
        Assert.Equal("", await LineAsync(body));
        Assert.Equal("--frame", await LineAsync(body));
        return jpeg;
    }

    private static async Task<string> LineAsync(Stream body)
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (true)
        {
            await body.ReadExactlyAsync(one, Cancellation);
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
    }
}
