using System.Net;
using System.Text.Json;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Tests.Web;

namespace RNNPool.Edge.Tests.Parts.Button;

/// <summary>The button of a whole device, in virtual time.</summary>
public sealed class ButtonDeviceTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.02);

    [Fact]
    public async Task The_interface_presses_a_simulated_button_and_shows_privacy()
    {
        await using DeviceFixture device = await StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();
        var controls = device.Service<DeviceControls>();

        Assert.Equal(HttpStatusCode.NoContent, await FeedAsync(page, 1));
        await Wait.AdvanceUntilAsync(device.Time, Step, () => controls.InputPrivacy, "a long press");

        JsonElement state = (await page.GetAsync("/api/state")).Json;
        Assert.False(state.GetProperty("detection").GetProperty("active").GetBoolean());
        JsonElement part = (await page.GetAsync("/api/parts")).Json[0];
        Assert.Equal("button", part.GetProperty("name").GetString());
        Assert.True(part.GetProperty("view").GetProperty("on").GetBoolean());
    }

    [Fact]
    public async Task A_switch_of_the_pins_leaves_the_privacy_of_the_button()
    {
        await using DeviceFixture device = await StartAsync(("Gpio:Simulated", "true"), ("Gpio:Inputs:0:Pin", "5"));
        var controls = device.Service<DeviceControls>();
        var pins = device.Service<SimulatedPins>();
        pins["5"].Drive(true);
        await Wait.AdvanceUntilAsync(device.Time, Step, () => controls.InputPrivacy, "the switch");
        pins["4"].Drive(false);
        await Wait.AdvanceUntilAsync(
            device.Time,
            Step,
            () => device.Service<PartsStatus>().Report()[0].View.Text == "pressed, requests privacy",
            "a long press"
        );

        pins["5"].Drive(false);
        await Wait.PassAsync(device.Time, Step, 1);

        Assert.True(controls.InputPrivacy);
    }

    [Fact]
    public async Task Without_a_pin_there_is_no_button()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();

        Assert.Empty(device.Service<PartsStatus>().States);
    }

    private static Task<DeviceFixture> StartAsync(params (string Key, string Value)[] settings) =>
        DeviceFixture.StartAsync(null, [("Button:Pin", "4"), ("Button:Simulated", "true"), .. settings]);

    private static async Task<HttpStatusCode> FeedAsync(Browser page, double value) =>
        (await page.SendAsync(HttpMethod.Post, "/api/parts/button", new { value })).Status;
}
