using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Events;
using RNNPool.Edge.Host;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Coprocessor;

/// <summary>
/// The whole device with the real firmware as a process, in real time, with failures of the firmware in the middle of frames.
/// <see cref="FailoverTests"/> holds the duration of a loss to two seconds in virtual time; here a busy machine may take longer.
/// </summary>
[Collection("firmware process")]
public sealed class FirmwareTests
{
    [Fact]
    public async Task Kill_hang_and_another_device_cost_no_event()
    {
        using var firmware = new FirmwareProcess();
        await firmware.StartAsync(FirmwareProcess.Model);
        await using Device device = await Device.StartAsync(firmware, "Auto");
        await device.CoprocessorAsync(5);

        firmware.End();
        await device.HostAsync();
        (HttpStatusCode code, JsonElement health) = await device.GetAsync("/health");
        Assert.Equal((HttpStatusCode.OK, 1), (code, health.GetProperty("degradations").GetArrayLength()));
        await firmware.StartAsync(FirmwareProcess.Model);
        await device.CoprocessorAsync(5);

        firmware.Signal(FirmwareProcess.Stop);
        await device.HostAsync();
        firmware.Signal(FirmwareProcess.Continue);
        await device.CoprocessorAsync(5);

        firmware.End();
        await firmware.StartAsync(FirmwareProcess.OtherModel, sameDevice: false);
        await device.CoprocessorAsync(5);
        Assert.Equal(1, device.Coprocessor.Uploads);
        JsonElement state = (await device.GetAsync("/api/state")).Json.GetProperty("coprocessor");
        Assert.Equal(
            ("auto", "ready", "host", "face-qvga"),
            (
                state.GetProperty("mode").GetString(),
                state.GetProperty("link").GetString(),
                state.GetProperty("device").GetProperty("board").GetString(),
                state.GetProperty("device").GetProperty("model").GetString()
            )
        );

        // One face that never left: one new event, independently of the engines.
        Assert.Equal([PresenceEventKind.New], device.Events.Where(kind => kind != PresenceEventKind.Update));
        Assert.Equal(0, device.Coprocessor.DifferingFrames);
        Assert.InRange(device.Coprocessor.VerifiedFrames, device.Coprocessor.CoprocessorFrames - 1, long.MaxValue); // one may be under way
    }

    [Fact]
    public async Task Without_a_host_engine_health_is_bad_while_the_firmware_is_gone()
    {
        using var firmware = new FirmwareProcess();
        await firmware.StartAsync(FirmwareProcess.Model);
        await using Device device = await Device.StartAsync(firmware, "Coprocessor");
        await device.CoprocessorAsync(3);
        Assert.Equal(HttpStatusCode.OK, (await device.GetAsync("/health")).Status);

        firmware.End();
        await Wait.UntilAsync(() => device.Coprocessor.Approved is null, "the loss");
        (HttpStatusCode code, JsonElement health) = await device.GetAsync("/health");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, false), (code, health.GetProperty("healthy").GetBoolean()));

        await firmware.StartAsync(FirmwareProcess.Model);
        await device.CoprocessorAsync(3);
        Assert.Equal(HttpStatusCode.OK, (await device.GetAsync("/health")).Status);
        Assert.Equal(0, device.Coprocessor.HostFrames);
    }

    /// <summary>The device as <c>run</c> puts it together, with one picture as its camera.</summary>
    private sealed class Device : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly HttpClient _client = new();

        private Device(WebApplication app)
        {
            _app = app;
            _client.BaseAddress = new Uri(
                app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            );
        }

        public CoprocessorStatus Coprocessor => _app.Services.GetRequiredService<CoprocessorStatus>();

        public IEnumerable<PresenceEventKind> Events => _app.Services.GetRequiredService<EventHistory>().Newest(1000).Select(e => e.Type);

        public static async Task<Device> StartAsync(FirmwareProcess firmware, string mode)
        {
            KeyValuePair<string, string?>[] settings =
            [
                new("Camera:Source", $"images:{Path.Combine(Samples.Root, "samples/pictures/astronaut.jpg")}?rate=30&loop=true&cache=true"),
                new("Web:Port", "0"),
                new("Coprocessor:Endpoint", firmware.Endpoint),
                new("Coprocessor:Mode", mode),
                new("Coprocessor:Verify", "true"),
                new("Events:History", "1000"),
            ];
            WebApplicationBuilder builder = DeviceHost.CreateBuilder(
                DeviceHost.Settings.Load(new SettingSources(null, settings, SystemFile: false))
            );
            builder.Logging.ClearProviders();
            WebApplication app = builder.BuildDevice();
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new Device(app);
        }

        /// <summary>Waits for that many more frames by the coprocessor.</summary>
        public async Task CoprocessorAsync(long frames)
        {
            long before = Coprocessor.CoprocessorFrames;
            await Wait.UntilAsync(() => Coprocessor.CoprocessorFrames >= before + frames, $"{frames} frames by the coprocessor");
        }

        /// <summary>Waits until this machine's engine has taken over.</summary>
        public async Task HostAsync()
        {
            long before = Coprocessor.HostFrames;
            await Wait.UntilAsync(() => Coprocessor.HostFrames >= before + 3, "frames by the host");
        }

        public async Task<(HttpStatusCode Status, JsonElement Json)> GetAsync(string path)
        {
            using HttpResponseMessage response = await _client.GetAsync(
                new Uri(path, UriKind.Relative),
                TestContext.Current.CancellationToken
            );
            return (
                response.StatusCode,
                JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement
            );
        }

        public async ValueTask DisposeAsync()
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
            _client.Dispose();
        }
    }
}
