using System.Net;
using System.Text.Json;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Web.Settings;

/// <summary>The pins on the page.</summary>
public sealed class PinsApiTests
{
    [Fact]
    public async Task Pins_are_replaced_in_the_file_and_keep_what_the_page_does_not_show()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File(
            "config.json",
            """
            {
              "Camera": { "Source": "synthetic:" },
              "Gpio": { "Simulated": true, "Outputs": [{ "Pin": 17, "Pattern": "Pulse", "Duration": "00:00:02" }, { "Pin": "22" }] }
            }
            """u8
        );
        await using DeviceFixture device = await DeviceFixture.StartAsync(file);
        using var page = new Browser(device);
        await page.SessionAsync();
        JsonElement pins = (await page.GetAsync("/api/pins")).Json;
        JsonElement first = pins.GetProperty("outputs")[0];
        Assert.Equal(("17", "00:00:02"), (first.GetProperty("pin").GetString(), first.GetProperty("duration").GetString()));

        (HttpStatusCode status, JsonElement answer) = await page.SendAsync(
            HttpMethod.Put,
            "/api/pins",
            new
            {
                outputs = new object[]
                {
                    first,
                    new
                    {
                        pin = "23",
                        source = "heartbeat",
                        activeLow = true,
                    },
                },
                inputs = new object[] { new { pin = "27", function = "Arming" } },
            }
        );

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(2, answer.GetProperty("outputs").GetArrayLength());
        JsonElement gpio = JsonDocument
            .Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
            .RootElement.GetProperty("Gpio");
        Assert.True(gpio.GetProperty("Simulated").GetBoolean());
        Assert.Equal("00:00:02", gpio.GetProperty("Outputs")[0].GetProperty("Duration").GetString());
        Assert.Equal("heartbeat", gpio.GetProperty("Outputs")[1].GetProperty("Source").GetString());
        Assert.Equal("Arming", gpio.GetProperty("Inputs")[0].GetProperty("Function").GetString());
    }

    [Fact]
    public async Task A_wrong_pin_is_reported_at_its_field_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("config.json", """{ "Camera": { "Source": "synthetic:" }, "Gpio": { "Simulated": true } }"""u8);
        await using DeviceFixture device = await DeviceFixture.StartAsync(file);
        using var page = new Browser(device);
        await page.SessionAsync();

        (HttpStatusCode status, JsonElement answer) = await page.SendAsync(
            HttpMethod.Put,
            "/api/pins",
            new
            {
                outputs = new object[] { new { pin = "17" }, new { pin = "22", source = "zone:nowhere" } },
                inputs = Array.Empty<object>(),
            }
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("outputs[1]", Assert.Single(answer.GetProperty("errors").EnumerateObject()).Name, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "Outputs",
            await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_machine_without_lines_reports_why()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);

        JsonElement lines = (await page.GetAsync("/api/pins/lines")).Json;

        Assert.True(lines.GetProperty("lines").GetArrayLength() > 0 || lines.GetProperty("problem").GetString() is { Length: > 0 });
    }

    [Theory]
    [InlineData("synthetic:", "v4l2:")]
    [InlineData("v4l2:/dev/no-such-camera", "/dev/no-such-camera")]
    [InlineData("v4l2:../../etc/passwd", "device")]
    public async Task A_control_of_a_camera_that_is_missing_is_refused_with_a_sentence(string source, string names)
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();

        (HttpStatusCode status, JsonElement answer) = await page.SendAsync(
            HttpMethod.Post,
            "/api/cameras/control",
            new
            {
                source,
                name = "brightness",
                value = "1",
            }
        );

        Assert.Equal(HttpStatusCode.Conflict, status);
        Sentence.AssertNames(answer.GetProperty("detail").GetString(), names);
    }
}
