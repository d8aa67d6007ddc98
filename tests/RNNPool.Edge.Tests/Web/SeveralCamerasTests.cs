using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Tests.Pipeline.Camera;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Tests.Web.Sockets;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Web.Stream;

namespace RNNPool.Edge.Tests.Web;

/// <summary>The HTTP interface of a device with the cameras <c>fake</c> (64x48) and <c>yard</c> (32x24).</summary>
public sealed class SeveralCamerasTests : IDisposable
{
    private const string Zone = """{"name":"gate","points":[[0,0],[1,0],[1,1],[0,1]]}""";

    private readonly string _file = Path.GetTempFileName();
    private FakeCamera? _yard;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task The_state_lists_the_cameras_with_their_own_numbers()
    {
        await using DeviceFixture device = await StartAsync();
        await FramesAsync(device);
        device.Occupancy.Apply(Samples.Event(id: "a") with { Camera = "yard" });
        device.Occupancy.Apply(Samples.Event(id: "b", label: "person") with { Camera = "yard" });

        JsonElement state = await GetAsync(device, "/api/state");

        Assert.Equal("fake", state.GetProperty("camera").GetProperty("name").GetString());
        Assert.Equal(2, state.GetProperty("count").GetInt32());
        JsonElement[] cameras = [.. state.GetProperty("cameras").EnumerateArray()];
        Assert.Equal(["fake", "yard"], cameras.Select(camera => camera.GetProperty("camera").GetProperty("name").GetString()!));
        Assert.Equal([false, true], cameras.Select(camera => camera.GetProperty("occupied").GetBoolean()));
        Assert.Equal([0, 2], cameras.Select(camera => camera.GetProperty("count").GetInt32()));
        Assert.Equal([64, 32], cameras.Select(camera => camera.GetProperty("camera").GetProperty("width").GetInt32()));
        Assert.Equal(1, cameras[1].GetProperty("counts").GetProperty("person").GetInt32());
    }

    [Fact]
    public async Task One_camera_is_not_listed()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();

        Assert.False((await GetAsync(device, "/api/state")).TryGetProperty("cameras", out _));
        using HttpResponseMessage named = await device.Client.GetAsync("/api/zones?camera=fake", Cancellation);
        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
    }

    [Fact]
    public async Task A_picture_is_that_of_the_camera_that_is_named()
    {
        await using DeviceFixture device = await StartAsync();

        Assert.Equal(64, await WidthAsync(device, ""));
        Assert.Equal(64, await WidthAsync(device, "?camera=fake"));
        Assert.Equal(32, await WidthAsync(device, "?camera=yard"));
    }

    [Theory]
    [InlineData("GET", "/api/live.jpg?camera=attic")]
    [InlineData("GET", "/api/live.mjpg?camera=attic")]
    [InlineData("GET", "/api/stream?camera=attic")]
    [InlineData("GET", "/api/zones?camera=attic")]
    [InlineData("GET", "/api/zones?camera=")]
    [InlineData("PUT", "/api/zones?camera=attic")]
    public async Task An_unknown_camera_is_a_problem_that_names_the_cameras(string method, string path)
    {
        await using DeviceFixture device = await StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("X-CSRF-Token", page.Csrf);
        if (method == "PUT")
            request.Content = new StringContent("""{"zones":[],"motionMasks":[]}""", Encoding.UTF8, "application/json");

        using HttpResponseMessage response = await device.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.EndsWith("fake, yard.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zones_of_a_camera_are_stored_in_its_section_and_apply_at_once()
    {
        await using DeviceFixture device = await StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();

        using HttpResponseMessage answer = await PutAsync(
            device,
            page,
            "/api/zones?camera=yard",
            $"{{\"zones\":[{Zone}],\"motionMasks\":[[[0,0],[1,0],[1,0.2]]]}}"
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonElement written = JsonDocument.Parse(await File.ReadAllTextAsync(_file, Cancellation)).RootElement;
        JsonElement yard = written.GetProperty("Cameras").GetProperty("yard");
        Assert.Equal("gate", yard.GetProperty("Zones")[0].GetProperty("Name").GetString());
        Assert.Equal("0,0 1,0 1,0.2", yard.GetProperty("Masks")[0].GetString());
        Assert.False(written.TryGetProperty("Presence", out _));
        Assert.Equal(0, (await GetAsync(device, "/api/zones")).GetProperty("zones").GetArrayLength());
        Assert.Equal(1, (await GetAsync(device, "/api/zones?camera=yard")).GetProperty("zones").GetArrayLength());

        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 3; i++)
            await FramesAsync(device);
        await Wait.UntilAsync(() => device.Occupancy.Current.Count == 2, "a presence of each camera");
        Assert.Equal(1, device.Occupancy.Find("yard").ZoneCounts["gate"]);
        Assert.Equal(1, device.Occupancy.Current.ZoneCounts["gate"]);
        Assert.Empty(device.Occupancy.Find("fake").ZoneCounts);

        // The name is taken for the whole device.
        using HttpResponseMessage again = await PutAsync(device, page, "/api/zones", $"{{\"zones\":[{Zone}],\"motionMasks\":[]}}");
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Fact]
    public async Task The_settings_of_a_camera_are_listed_and_changed_under_its_name()
    {
        await using DeviceFixture device = await StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/settings")
        {
            Content = new StringContent("""{"Cameras:yard:EnterThreshold":0.8,"Cameras:yard:Rate":3}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-CSRF-Token", page.Csrf);

        using HttpResponseMessage response = await device.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0.8f, device.Service<CameraSettings>().Presence("yard").Current.EnterThreshold);
        JsonElement settings = await GetAsync(device, "/api/settings");
        JsonElement[] own =
        [
            .. settings
                .GetProperty("settings")
                .EnumerateArray()
                .Where(setting => setting.GetProperty("key").GetString()!.StartsWith("Cameras:", StringComparison.Ordinal)),
        ];
        JsonElement rate = own.Single(setting => setting.GetProperty("key").GetString() == "Cameras:yard:Rate");
        Assert.Equal((3, true), (rate.GetProperty("value").GetDouble(), rate.GetProperty("pending").GetBoolean()));
        Assert.All(own, setting => Assert.Equal("Cameras", setting.GetProperty("section").GetString()));
    }

    [Fact]
    public async Task A_subscriber_receives_the_detections_of_its_camera()
    {
        await using DeviceFixture device = await StartAsync();
        var cameras = device.Service<CameraSet>();
        var stream = device.Service<LiveStream>();
        using StreamListener main = stream.Listen(false)!,
            yard = stream.Listen(false, camera: cameras[1])!;

        int mainWidth = 0,
            yardWidth = 0;
        await Wait.AdvanceUntilAsync(
            device.Time,
            LiveStream.Interval,
            () =>
            {
                device.Camera.Frame();
                _yard!.Frame();
                mainWidth = Math.Max(mainWidth, Width(main));
                yardWidth = Math.Max(yardWidth, Width(yard));
                return mainWidth > 0 && yardWidth > 0;
            },
            "detections of both cameras"
        );

        Assert.Equal((64, 32), (mainWidth, yardWidth));

        static int Width(StreamListener listener)
        {
            int width = 0;
            while (listener.Messages.TryRead(out StreamMessage? message))
            {
                if (message.Name != StreamMessage.Detections)
                    continue;
                string data = Encoding.UTF8.GetString(message.Bytes).Split("data: ")[1];
                width = JsonDocument.Parse(data).RootElement.GetProperty("width").GetInt32();
            }

            return width;
        }
    }

    [Fact]
    public async Task A_window_chooses_the_camera_of_its_pictures_and_detections()
    {
        await using DeviceFixture device = await StartAsync();
        using Window window = await Window.OpenAsync(device.Client.BaseAddress!);

        await window.SendAsync("""{"camera":"yard","width":640,"fps":15}""");
        WindowMessage picture = await UntilAsync(device, window, message => message.Name == "picture");
        using Frame frame = ImageCodec.Decode(picture.Jpeg!, "yard", new FramePool());
        Assert.Equal(32, frame.Width);
        WindowMessage found = await UntilAsync(device, window, message => message.Name == StreamMessage.Detections);
        Assert.Equal(32, found.Data.GetProperty("width").GetInt32());

        await window.SendAsync("""{"camera":"attic","width":640,"fps":15}""");
        WindowMessage refusal = await UntilAsync(device, window, message => message.Name == StreamMessage.Refusal);
        Assert.EndsWith("fake, yard.", refusal.Data.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_of_a_camera_have_its_name()
    {
        await using DeviceFixture device = await StartAsync();
        await FramesAsync(device);
        device.Occupancy.Apply(Samples.Event(id: "a") with { Camera = "yard" });

        string metrics = await device.Client.GetStringAsync("/metrics", Cancellation);

        foreach (string name in new[] { "frames_total", "inferences_total", "inference_seconds_count", "frame_age_seconds" })
        {
            Assert.Contains($"rnnpool_edge_{name}{{camera=\"fake\"}} ", metrics, StringComparison.Ordinal);
            Assert.Contains($"rnnpool_edge_{name}{{camera=\"yard\"}} ", metrics, StringComparison.Ordinal);
        }

        Assert.Contains("rnnpool_edge_presences{camera=\"yard\",label=\"face\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("rnnpool_edge_frames_total 1", metrics, StringComparison.Ordinal);
    }

    private Task<DeviceFixture> StartAsync()
    {
        File.WriteAllText(
            _file,
            """{ "Camera": { "Source": "synthetic:", "Name": "fake" }, "Cameras": { "yard": { "Source": "synthetic:" } } }"""
        );
        return DeviceFixture.StartAsync(_file, services: services =>
            services.AddSingleton<ICameraFactory>(provider =>
                _yard = new FakeCamera(provider.GetRequiredService<TimeProvider>()) { Name = "yard", Size = (32, 24) }
            )
        );
    }

    /// <summary>One frame of each camera.</summary>
    private async Task FramesAsync(DeviceFixture device)
    {
        await device.FrameAsync();
        var yard = device.Service<CameraSet>()[1].Status;
        long before = yard.Inferences;
        _yard!.Frame();
        await Wait.UntilAsync(() => yard.Inferences > before, "the frame of the yard");
    }

    private async Task<int> WidthAsync(DeviceFixture device, string query)
    {
        Task<byte[]> answer = device.Client.GetByteArrayAsync("/api/live.jpg" + query, Cancellation);
        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromMilliseconds(20),
            () =>
            {
                device.Camera.Frame();
                _yard!.Frame();
                return answer.IsCompleted;
            },
            "the picture"
        );
        using Frame frame = ImageCodec.Decode(await answer, "live", new FramePool());
        return frame.Width;
    }

    private async Task<WindowMessage> UntilAsync(DeviceFixture device, Window window, Func<WindowMessage, bool> fits)
    {
        Task<WindowMessage> reading = window.UntilAsync(device, fits);
        while (!reading.IsCompleted)
        {
            _yard!.Frame();
            await Task.WhenAny(reading, Task.Delay(10, Cancellation));
        }

        return await reading;
    }

    private static async Task<JsonElement> GetAsync(DeviceFixture device, string path) =>
        JsonDocument.Parse(await device.Client.GetStringAsync(path, Cancellation)).RootElement;

    private static async Task<HttpResponseMessage> PutAsync(DeviceFixture device, Browser page, string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-CSRF-Token", page.Csrf);
        return await device.Client.SendAsync(request, Cancellation);
    }
}
