using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Health;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Tests.Web;

/// <summary>The first run: tests of cameras, pins and brokers, and the content of the archive for support.</summary>
public sealed class SetupTests
{
    private static readonly string Picture = Path.Combine(Samples.Root, "samples/pictures/astronaut.jpg");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_camera_the_device_runs_and_waits_to_be_set_up()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("config.json", "{}"u8);
        await using (DeviceFixture device = await DeviceFixture.StartAsync(file, setUp: true))
        {
            using var page = new Browser(device);
            Assert.False((await page.SessionAsync()).GetProperty("configured").GetBoolean());
            await Wait.AdvanceUntilAsync(
                device.Time,
                TimeSpan.FromSeconds(1),
                () => device.Status.CameraFailure is not null,
                "the device says so"
            );
            JsonElement camera = (await page.GetAsync("/api/state")).Json.GetProperty("camera");
            Assert.Equal("lost", camera.GetProperty("state").GetString());
            Assert.NotEmpty(camera.GetProperty("failure").GetString()!);
            device.Time.Advance(TimeSpan.FromMinutes(1));
            await Wait.UntilAsync(() => device.Status.CaptureAge < TimeSpan.FromSeconds(3), "its loop goes round");
            device.Service<HealthMonitor>().Evaluate();
            JsonElement health = (await page.GetAsync("/health")).Json;
            Assert.Equal("paused", health.GetProperty("state").GetString());
            Assert.Equal(NoCamera.Reason, health.GetProperty("pause").GetString());
            Assert.All(health.GetProperty("components").EnumerateArray(), part =>
                Assert.Contains(part.GetProperty("state").GetString(), new[] { "good", "paused" })
            );
            Assert.DoesNotContain(device.Service<LogTail>().Newest(500), line => line.Level is "error" or "critical");

            (HttpStatusCode status, JsonElement answer) = await page.SendAsync(
                HttpMethod.Patch,
                "/api/settings",
                new Dictionary<string, object?>
                {
                    ["Camera:Source"] = "images:" + Picture,
                    ["Gpio:Outputs:0:Pin"] = "17",
                    ["Gpio:Simulated"] = true,
                }
            );
            Assert.Equal((HttpStatusCode.OK, true), (status, answer.GetProperty("restart").GetArrayLength() >= 3));
            Assert.Equal(HttpStatusCode.Accepted, (await page.SendAsync(HttpMethod.Post, "/api/control", new { restart = true })).Status);
            await Wait.UntilAsync(() => device.Stopping, "the device stops");
        }

        await using (DeviceFixture again = await DeviceFixture.StartAsync(file, setUp: true))
        {
            using var page = new Browser(again);
            Assert.True((await page.SessionAsync()).GetProperty("configured").GetBoolean());
        }
    }

    [Fact]
    public async Task A_camera_that_is_not_configured_yet_can_be_looked_through()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        byte[] jpeg = await device.Client.GetByteArrayAsync(
            new Uri("/api/cameras/preview.jpg?source=" + Uri.EscapeDataString("images:" + Picture), UriKind.Relative),
            Cancellation
        );
        using Frame frame = ImageCodec.Decode(jpeg, "preview", new FramePool());
        Assert.InRange(frame.Width, 300, 640);

        using var page = new Browser(device);

        // Without a source it is the picture of the configured camera.
        Assert.Equal(HttpStatusCode.OK, (await page.GetAsync("/api/cameras/preview.jpg")).Status);
        (HttpStatusCode status, JsonElement answer) = await page.GetAsync("/api/cameras/preview.jpg?source=images:/nonexistent");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("/nonexistent", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Array, (await page.GetAsync("/api/cameras")).Json.GetProperty("cameras").ValueKind);
    }

    [Theory]
    [InlineData("camera", """{"source":"synthetic:?width=64&height=48"}""", true, "64x48")]
    [InlineData("camera", """{"source":"images:/nonexistent"}""", false, "/nonexistent")]
    [InlineData("camera", """{"source":"nothing:"}""", false, "nothing:")]
    [InlineData("camera", """{"source":""}""", false, "Camera:Source")]
    [InlineData("pin", """{"pin":"17"}""", true, "17")]
    [InlineData("broker", """{"host":"no such host"}""", false, "Mqtt:Host")]
    public async Task What_is_tried_is_told_in_a_sentence(string what, string body, bool works, string names)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Gpio:Simulated", "true"));
        using var page = new Browser(device);
        await page.SessionAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        (HttpStatusCode status, JsonElement answer) = await page.SendAsync(HttpMethod.Post, "/api/test/" + what, content);

        Assert.Equal((HttpStatusCode.OK, works), (status, answer.GetProperty("ok").GetBoolean()));
        Sentence.AssertNames(answer.GetProperty("message").GetString(), names);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_no_broker_and_its_password_is_told_to_nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();

        (HttpStatusCode status, JsonElement answer) = await page.SendAsync(
            HttpMethod.Post,
            "/api/test/broker",
            new
            {
                host = "127.0.0.1",
                port,
                username = "edge",
                password = "geheim-4711",
                tls = false,
            }
        );

        Assert.Equal((HttpStatusCode.OK, false), (status, answer.GetProperty("ok").GetBoolean()));
        Assert.DoesNotContain("geheim", answer.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ffmpeg:rtsp://admin:s3cret-cam@camera.local/stream", "s3cret-cam")]
    [InlineData("ffmpeg:rtsp://admin:s3cret/cam@camera.local/stream", "admin:s3cret/cam@")]
    [InlineData("ffmpeg:http://camera.local/video?token=s3cret-cam", "token=s3cret-cam")]
    public async Task The_bundle_holds_what_helps_and_no_secrets(string source, string secret)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("Mqtt:Host", "127.0.0.1"),
            ("Mqtt:Port", "1"),
            ("Mqtt:UserName", "edge"),
            ("Mqtt:Password", "geheim-4711"),
            ("Camera:Source", source)
        );
        device
            .Service<LogTail>()
            .CreateLogger("Part")
            .Log(LogLevel.Warning, default, $"It said geheim-4711 and {secret}.", null, static (message, _) => message);

        byte[] bytes = await device.Client.GetByteArrayAsync(new Uri("/api/diagnostics.zip", UriKind.Relative), Cancellation);
        using var archive = new ZipArchive(new MemoryStream(bytes));
        var texts = archive.Entries.ToDictionary(entry => entry.Name, entry => new StreamReader(entry.Open()).ReadToEnd());

        Assert.Equal(
            ["checks.json", "health.json", "history.json", "log.txt", "settings.json", "state.json"],
            texts.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Matches(@"It said \*\*\* and \*\*\*[^.]*\.", texts["log.txt"]);
        Assert.Contains("Mqtt:UserName", texts["settings.json"], StringComparison.Ordinal);
        Assert.Contains("disk", texts["checks.json"], StringComparison.Ordinal);
        Assert.All(texts.Values, text => Assert.DoesNotContain("geheim", text, StringComparison.Ordinal));
        Assert.All(texts.Values, text => Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("501")]
    [InlineData("x")]
    public async Task The_log_is_told_in_bounds(string lines)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);
        device.Service<LogTail>().CreateLogger("Part").Log(LogLevel.Warning, default, "Hello.", null, static (message, _) => message);

        Assert.Equal(HttpStatusCode.BadRequest, (await page.GetAsync("/api/log?lines=" + lines)).Status);
        Assert.Equal("Hello.", (await page.GetAsync("/api/log?lines=500")).Json[0].GetProperty("message").GetString());
    }
}
