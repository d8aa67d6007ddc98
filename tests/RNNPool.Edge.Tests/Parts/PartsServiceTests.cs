using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Tests.Web;

namespace RNNPool.Edge.Tests.Parts;

/// <summary>Parts that fail, hang and come back, on a whole device in virtual time.</summary>
public sealed class PartsServiceTests
{
    private readonly FakePart _part = new();

    [Fact]
    public async Task A_part_is_updated_at_the_start_after_its_time_and_when_the_device_changes()
    {
        await using DeviceFixture device = await StartAsync();
        await Wait.UntilAsync(() => _part.Updates == 1, "the first update");

        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.5), () => _part.Updates >= 2, "the second after ten seconds");
        int before = _part.Updates;
        device.Occupancy.Apply(Samples.Event());
        await Wait.UntilAsync(() => _part.Updates > before, "occupancy");
        before = _part.Updates;
        device.Service<DeviceControls>().SetDetection(false, "test");
        await Wait.UntilAsync(() => _part.Updates > before, "a control");
    }

    [Fact]
    public async Task A_lost_part_degrades_the_device_is_opened_again_and_recovers()
    {
        _part.Failure = new IOException("oled: no acknowledgement.");
        await using DeviceFixture device = await StartAsync();
        PartsStatus status = device.Service<PartsStatus>();
        await Wait.UntilAsync(() => status.Degradation == "oled: no acknowledgement.", "degraded");

        _part.Failure = null;
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.5), () => status.Degradation is null, "recovered");

        _part.Failure = new InvalidOperationException("anything");
        device.Occupancy.Apply(Samples.Event());
        await Wait.UntilAsync(() => status.Degradation is not null, "lost");
        await device.FrameAsync();
    }

    [Fact]
    public async Task A_bus_that_hangs_is_reported_and_holds_up_neither_frames_nor_pins_nor_the_stop()
    {
        using var hang = new ManualResetEventSlim();
        _part.Hang = hang;
        await using DeviceFixture device = await StartAsync(("Gpio:Simulated", "true"), ("Gpio:Outputs:0:Pin", "17"));
        PartsStatus status = device.Service<PartsStatus>();
        await Wait.UntilAsync(() => _part.Updates == 1, "the update hangs");

        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.5), () => status.Degradation is not null, "reported");
        await device.FrameAsync();
        device.Occupancy.Apply(Samples.Event());
        await Wait.UntilAsync(() => device.Service<SimulatedPins>()["17"].High, "the pin follows");
        await device.StopAsync();

        hang.Set();
    }

    [Fact]
    public async Task A_stop_brings_the_part_to_rest()
    {
        await using DeviceFixture device = await StartAsync();
        await Wait.UntilAsync(() => _part.Updates == 1, "open");

        await device.StopAsync();

        // The stop does not wait for a part longer than its limit; a busy machine may run the part's thread later.
        await Wait.UntilAsync(() => _part.End.Count == 2, "the part ended");
        Assert.Equal(["rest", "dispose"], _part.End);
    }

    [Fact]
    public async Task The_interface_shows_parts_and_feeds_only_simulated_inputs()
    {
        await using DeviceFixture device = await StartAsync();
        using var page = new Browser(device);
        await page.SessionAsync();

        JsonElement part = (await page.GetAsync("/api/parts")).Json[0];
        Assert.Equal("fake", part.GetProperty("name").GetString());
        Assert.Equal("seen", part.GetProperty("view").GetProperty("text").GetString());

        Assert.Equal(HttpStatusCode.NoContent, await FeedAsync(page, "fake"));
        Assert.Equal(0.5, _part.Fed);
        _part.IsSimulated = false;
        Assert.Equal(HttpStatusCode.Conflict, await FeedAsync(page, "fake"));
        Assert.Equal(HttpStatusCode.NotFound, await FeedAsync(page, "other"));
    }

    private static async Task<HttpStatusCode> FeedAsync(Browser page, string name) =>
        (await page.SendAsync(HttpMethod.Post, $"/api/parts/{name}", new { value = 0.5 })).Status;

    private Task<DeviceFixture> StartAsync(params (string Key, string Value)[] settings) =>
        DeviceFixture.StartAsync(services => services.AddSingleton(_part).AddPart<FakePart>(), settings);

    private sealed class FakePart : IPart
    {
        private int _updates;

        public string Name => "fake";

        public bool IsSimulated { get; set; } = true;

        public Exception? Failure { get; set; }

        public ManualResetEventSlim? Hang { get; set; }

        public int Updates => Volatile.Read(ref _updates);

        public double Fed { get; private set; }

        public ConcurrentQueue<string> End { get; } = [];

        public IPartSession Open(PartSignal signal) => Failure is { } failure ? throw failure : new Session(this);

        public PartView View() => new() { Text = "seen" };

        public bool TryFeed(double value)
        {
            Fed = value;
            return true;
        }

        private sealed class Session(FakePart part) : IPartSession
        {
            public TimeSpan Update(TimeSpan now)
            {
                if (part.Failure is { } failure)
                    throw failure;
                Interlocked.Increment(ref part._updates);
                part.Hang?.Wait();
                return TimeSpan.FromSeconds(10);
            }

            public void Rest() => part.End.Enqueue("rest");

            public void Dispose() => part.End.Enqueue("dispose");
        }
    }
}
