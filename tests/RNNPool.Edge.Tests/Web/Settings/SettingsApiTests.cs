using System.Net;
using System.Text.Json;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Web.Settings;

public sealed class SettingsApiTests : IDisposable
{
    private const string Text = """
        {
          // The owner's own words.
          "Camera": { "Source": "synthetic:" },
          "Presence": { "EnterThreshold": 0.5 },
          "Mqtt": { "Host": "broker.example", "UserName": "edge", "Password": "geheim-4711" }
        }
        """;

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("rnnpool-edge-settings-").FullName, "config.json");

    public SettingsApiTests() => File.WriteAllText(_file, Text);

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public async Task Settings_are_told_with_what_they_are_and_where_they_come_from()
    {
        await using DeviceFixture device = await StartAsync();
        using var page = new Browser(device);

        JsonElement report = (await page.GetAsync("/api/settings")).Json;
        Dictionary<string, JsonElement> settings = report
            .GetProperty("settings")
            .EnumerateArray()
            .ToDictionary(setting => setting.GetProperty("key").GetString()!);

        Assert.Equal((_file, true), (report.GetProperty("file").GetString(), report.GetProperty("writable").GetBoolean()));
        JsonElement threshold = settings["Presence:EnterThreshold"];
        Assert.Equal(
            ("number", 0.5, "file", false),
            (
                threshold.GetProperty("type").GetString(),
                threshold.GetProperty("value").GetDouble(),
                threshold.GetProperty("origin").GetString(),
                threshold.GetProperty("restart").GetBoolean()
            )
        );
        Assert.True(threshold.GetProperty("description").GetString()!.Length > 20);
        Assert.Equal(
            (0, 65535),
            (settings["Web:Port"].GetProperty("minimum").GetInt32(), settings["Web:Port"].GetProperty("maximum").GetInt32())
        );
        Assert.Equal(
            ("commandLine", true),
            (settings["Web:Port"].GetProperty("origin").GetString(), settings["Web:Port"].TryGetProperty("locked", out _))
        );
        Assert.Equal(
            ("duration", "default", true),
            (
                settings["Camera:StallTimeout"].GetProperty("type").GetString(),
                settings["Camera:StallTimeout"].GetProperty("origin").GetString(),
                settings["Camera:StallTimeout"].GetProperty("restart").GetBoolean()
            )
        );
        Assert.Contains("Auto", settings["Coprocessor:Mode"].GetProperty("choices").EnumerateArray().Select(choice => choice.GetString()));
        Assert.Equal(
            ("secret", true),
            (settings["Mqtt:Password"].GetProperty("type").GetString(), settings["Mqtt:Password"].GetProperty("set").GetBoolean())
        );
        Assert.DoesNotContain("geheim", report.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("list", settings["Presence:Labels"].GetProperty("type").GetString());
        Assert.DoesNotContain(settings.Keys, key => key.Contains('*') || key.StartsWith("Presence:Zones", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_is_written_applies_at_once_and_leaves_the_rest_as_it_was()
    {
        await using DeviceFixture device = await StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();

        (HttpStatusCode status, JsonElement answer) = await page.SendAsync(
            HttpMethod.Patch,
            "/api/settings",
            new Dictionary<string, object?>
            {
                ["Presence:EnterThreshold"] = 0.6,
                ["Camera:Rate"] = 7,
                ["Presence:Labels"] = new[] { "face" },
            }
        );

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            ["Camera:Rate", "Presence:EnterThreshold", "Presence:Labels:0"],
            answer.GetProperty("changed").EnumerateArray().Select(key => key.GetString())
        );
        Assert.Equal(["Camera:Rate"], answer.GetProperty("restart").EnumerateArray().Select(key => key.GetString()));
        Assert.Equal(0.6f, device.Service<ILive<PresenceOptions>>().Current.EnterThreshold);
        string text = await File.ReadAllTextAsync(_file, TestContext.Current.CancellationToken);
        Assert.Contains("// The owner's own words.", text, StringComparison.Ordinal);
        Assert.Contains("geheim-4711", text, StringComparison.Ordinal);
        Assert.False(File.Exists(_file + ".new"));

        JsonElement rate = (await page.GetAsync("/api/settings"))
            .Json.GetProperty("settings")
            .EnumerateArray()
            .Single(setting => setting.GetProperty("key").GetString() == "Camera:Rate");
        Assert.Equal((7, true), (rate.GetProperty("value").GetDouble(), rate.GetProperty("pending").GetBoolean()));

        Assert.Equal(
            HttpStatusCode.OK,
            (
                await page.SendAsync(
                    HttpMethod.Patch,
                    "/api/settings",
                    new Dictionary<string, object?> { ["Presence:EnterThreshold"] = null }
                )
            ).Status
        );
        Assert.Equal(new PresenceOptions().EnterThreshold, device.Service<ILive<PresenceOptions>>().Current.EnterThreshold);
    }

    [Theory]
    [InlineData("ffmpeg:rtsp://admin:s3cret/cam@camera.local/stream", "ffmpeg:rtsp://***")]
    [InlineData("ffmpeg:http://camera.local/video?user=admin&pwd=s3cret#rate=5", "ffmpeg:http://camera.local/video?***#rate=5")]
    [InlineData("ffmpeg:http://camera.local/video?token=s3cret", "ffmpeg:http://camera.local/video?***")]
    public async Task A_camera_address_is_shown_without_its_secrets(string source, string shown)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Camera:Source", source));
        using var page = new Browser(device);

        JsonElement report = (await page.GetAsync("/api/settings")).Json;

        JsonElement setting = report
            .GetProperty("settings")
            .EnumerateArray()
            .Single(setting => setting.GetProperty("key").GetString() == "Camera:Source");
        Assert.Equal(shown, setting.GetProperty("value").GetString());
        foreach (string address in (string[])["/api/settings", "/api/state", "/api/log"])
            Assert.DoesNotContain("s3cret", (await page.GetAsync(address)).Json.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Presence:EnterThreshold", "2")]
    [InlineData("Presence:EnterThreshold", "\"much\"")]
    [InlineData("Presence:EnterThreshold", "{}")]
    [InlineData("Presence:EnterTreshold", "0.5")]
    [InlineData("Presence", "1")]
    [InlineData("Presence:Labels", "[1]")]
    [InlineData("Camera:Source", "\"nothing:\"")]
    [InlineData("Camera:Source", "\"ffmpeg:rtsp://***@camera/stream\"")]
    [InlineData("Camera:Source", "\"ffmpeg:http://camera/stream?***\"")]
    [InlineData("Web:Port", "80")]
    [InlineData("Web:Listen", "[\"0.0.0.0:8443\"]")]
    [InlineData("Model:Path", "\"/nowhere/model\"")]
    [InlineData("Web:Tls:CertificateFile", "\"/nowhere/page.pem\"")]
    [InlineData("Presence:Labels", "[\"car\"]")]
    [InlineData("__proto__", "1")]
    public async Task What_is_not_allowed_changes_nothing(string key, string value)
    {
        await using DeviceFixture device = await StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();
        using var body = new StringContent(
            $$"""{ "Camera:Rate": 3, "{{key}}": {{value}} }""",
            System.Text.Encoding.UTF8,
            "application/json"
        );

        (HttpStatusCode status, JsonElement answer) = await page.SendAsync(HttpMethod.Patch, "/api/settings", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotEmpty(answer.GetProperty("detail").GetString()!);
        Assert.Contains(answer.GetProperty("errors").EnumerateObject(), field => field.Name.StartsWith(key, StringComparison.Ordinal));
        Assert.DoesNotContain(".new", answer.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(Text, await File.ReadAllTextAsync(_file, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(_file + ".new"));
    }

    /// <summary>The page is the place where it is corrected, one setting after the other.</summary>
    [Fact]
    public async Task What_is_unusable_already_does_not_keep_other_settings_from_being_changed()
    {
        await File.WriteAllTextAsync(
            _file,
            """{ "Camera": { "Source": "synthetic:" }, "Web": { "Port": 0, "Tls": { "CertificateFile": "/nowhere/page.pem" } } }""",
            TestContext.Current.CancellationToken
        );
        await using DeviceFixture device = await DeviceFixture.StartAsync(_file);
        using var page = new Browser(device);
        await page.SessionAsync();

        Assert.Equal(HttpStatusCode.OK, await ChangeAsync("""{ "Web:Hosts": ["door.example.org"] }"""));
        Assert.Equal(HttpStatusCode.BadRequest, await ChangeAsync("""{ "Web:Tls:CertificateFile": "/nowhere/other.pem" }"""));
        Assert.Equal(HttpStatusCode.OK, await ChangeAsync("""{ "Web:Tls:CertificateFile": null }"""));

        async Task<HttpStatusCode> ChangeAsync(string change)
        {
            using var body = new StringContent(change, System.Text.Encoding.UTF8, "application/json");
            return (await page.SendAsync(HttpMethod.Patch, "/api/settings", body)).Status;
        }
    }

    [Fact]
    public async Task Zones_are_drawn_saved_and_apply_at_once()
    {
        await using DeviceFixture device = await StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();
        object zones = new
        {
            zones = new[]
            {
                new
                {
                    name = "porch",
                    points = new[] { new[] { 0.1, 0.5 }, [0.9, 0.5], [0.9, 1], [0.1, 1] },
                    anchor = "Centre",
                    labels = new[] { "face" },
                    offDelay = "00:00:02",
                },
            },
            motionMasks = new[] { new[] { new[] { 0.0, 0 }, [1, 0], [1, 0.1] } },
        };

        (HttpStatusCode status, JsonElement answer) = await page.SendAsync(HttpMethod.Put, "/api/zones", zones);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(0.9, answer.GetProperty("zones")[0].GetProperty("points")[1][0].GetDouble());
        Assert.Equal(0.1, answer.GetProperty("motionMasks")[0][2][1].GetDouble());
        ZoneOptions zone = Assert.Single(device.Service<ILive<PresenceOptions>>().Current.Zones);
        Assert.Equal(
            ("porch", "0.1,0.5 0.9,0.5 0.9,1 0.1,1", ZoneAnchor.Centre, TimeSpan.FromSeconds(2)),
            (zone.Name, zone.Polygon, zone.Anchor, zone.OffDelay)
        );

        Assert.Equal(
            HttpStatusCode.OK,
            (
                await page.SendAsync(
                    HttpMethod.Put,
                    "/api/zones",
                    new { zones = Array.Empty<object>(), motionMasks = Array.Empty<object>() }
                )
            ).Status
        );
        Assert.Empty(device.Service<ILive<PresenceOptions>>().Current.Zones);
    }

    [Theory]
    [InlineData("""{"zones":[{"name":"Porch!","points":[[0,0],[1,0],[1,1]]}],"motionMasks":[]}""", "zones[0].name")]
    [InlineData("""{"zones":[{"name":"porch","points":[[0,0],[1,0]]}],"motionMasks":[]}""", "zones[0].points")]
    [InlineData("""{"zones":[{"name":"porch","points":[[0,0],[1,1],[1,0],[0,1]]}],"motionMasks":[]}""", "zones[0].points")]
    [InlineData("""{"zones":[{"name":"porch","points":[[0,0],[1],[1,1]]}],"motionMasks":[]}""", "zones[0].points")]
    [InlineData("""{"zones":[{"name":"porch","points":[[0,0],[2,0],[1,1]]}],"motionMasks":[]}""", "zones[0].points")]
    [InlineData("""{"zones":[],"motionMasks":[[[0,0],[1,0]]]}""", "motionMasks[0]")]
    public async Task A_zone_that_is_wrong_is_named(string text, string field)
    {
        await using DeviceFixture device = await StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();
        using var body = new StringContent(text, System.Text.Encoding.UTF8, "application/json");

        (HttpStatusCode status, JsonElement answer) = await page.SendAsync(HttpMethod.Put, "/api/zones", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(answer.GetProperty("errors").TryGetProperty(field, out _), answer.GetRawText());
        Assert.Equal(Text, await File.ReadAllTextAsync(_file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_device_without_a_file_says_so()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();

        Assert.False((await page.GetAsync("/api/settings")).Json.GetProperty("writable").GetBoolean());
        (HttpStatusCode status, JsonElement answer) = await page.SendAsync(
            HttpMethod.Patch,
            "/api/settings",
            new Dictionary<string, object?> { ["Camera:Rate"] = 3 }
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.NotEmpty(answer.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task Detection_and_threshold_are_switched_and_a_restart_is_asked_for()
    {
        await using DeviceFixture device = await StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();

        JsonElement off = (await page.SendAsync(HttpMethod.Post, "/api/control", new { detection = false, threshold = 0.7 })).Json;
        Assert.Equal(
            (false, 0.7, true),
            (
                off.GetProperty("enabled").GetBoolean(),
                off.GetProperty("enterThreshold").GetDouble(),
                off.GetProperty("enterThresholdSet").GetBoolean()
            )
        );
        JsonElement on = (await page.SendAsync(HttpMethod.Post, "/api/control", new { detection = true, thresholdDefault = true })).Json;
        Assert.Equal((true, 0.5), (on.GetProperty("enabled").GetBoolean(), on.GetProperty("enterThreshold").GetDouble()));
        foreach (object wrong in new object[] { new { threshold = 0.01 }, new { }, new { detection = "off" }, new { reboot = true } })
            Assert.Equal(HttpStatusCode.BadRequest, (await page.SendAsync(HttpMethod.Post, "/api/control", wrong)).Status);
        Assert.False(device.Stopping);

        Assert.Equal(HttpStatusCode.Accepted, (await page.SendAsync(HttpMethod.Post, "/api/control", new { restart = true })).Status);
        await Wait.UntilAsync(() => device.Stopping, "the device stops");
        Assert.True(device.Service<RNNPool.Edge.Pipeline.Control.DeviceControls>().RestartWanted);
    }

    private Task<DeviceFixture> StartAsync() => DeviceFixture.StartAsync(_file);
}
