using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Inference;

/// <summary>Detection switched off and on again, and frames that a gate keeps from the detector.</summary>
public sealed class PauseTests
{
    [Theory]
    [InlineData(false, PresenceEndReason.DetectionOff)]
    [InlineData(true, PresenceEndReason.Privacy)]
    public async Task Switched_off_what_is_there_ends_at_once_nothing_is_looked_at_and_health_stays_good(
        bool privacy,
        PresenceEndReason reason
    )
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        var controls = device.Service<DeviceControls>();
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 3; i++)
            await device.FrameAsync();
        await Wait.UntilAsync(() => device.Occupancy.Current.Occupied, "occupied");

        Switch(on: false);
        await Wait.UntilAsync(() => !device.Occupancy.Current.Occupied, "the end, without a further frame");
        long calls = device.Detector.Calls;
        for (int i = 0; i < 20; i++)
            await PassAsync(device);

        PresenceEvent end = device.History.Newest(1)[0];
        Assert.Equal((PresenceEventKind.End, reason), (end.Type, end.Reason!.Value));
        Assert.Equal(calls, device.Detector.Calls);
        using HttpResponseMessage health = await device.Client.GetAsync(
            new Uri("/health", UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        JsonElement detection = (await StateAsync(device)).GetProperty("detection");
        Assert.Equal(
            (privacy, false, true),
            (
                detection.GetProperty("enabled").GetBoolean(),
                detection.GetProperty("active").GetBoolean(),
                detection.GetProperty("paused").ValueKind == JsonValueKind.String
            )
        );

        Switch(on: true);
        for (int i = 0; i < 3; i++)
            await device.FrameAsync();
        await Wait.UntilAsync(() => device.Occupancy.Current.Occupied, "occupied again");
        Assert.NotEqual(end.Id, device.History.Newest(1)[0].Id);
        Assert.Null(device.Status.Pause);

        void Switch(bool on)
        {
            if (privacy)
                controls.SetInputPrivacy(!on, "test");
            else
                controls.SetDetection(on, "test");
        }
    }

    [Fact]
    public async Task What_the_engine_finds_after_the_switch_is_not_told()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(null, ("Presence:HistoryLength", "1"));
        device.Detector.Found = [FakeDetector.Face()];
        device.Detector.Hold();
        device.Camera.Frame();
        await Wait.UntilAsync(() => device.Detector.Calls == 1, "the detector is busy");

        device.Service<DeviceControls>().SetDetection(false, "test");
        device.Detector.Release();
        await PassAsync(device);

        Assert.Equal(0, device.History.Total);
    }

    [Fact]
    public async Task The_threshold_of_the_controls_counts_from_the_next_frame()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        device.Detector.Found = [FakeDetector.Face(0.7f)];
        device.Service<DeviceControls>().SetEnterThreshold(0.8f, "test");
        for (int i = 0; i < 5; i++)
            await device.FrameAsync();
        Assert.False(device.Occupancy.Current.Occupied);
        JsonElement detection = (await StateAsync(device)).GetProperty("detection");
        Assert.Equal(
            (0.8, true),
            (detection.GetProperty("enterThreshold").GetDouble(), detection.GetProperty("enterThresholdSet").GetBoolean())
        );

        device.Service<DeviceControls>().SetEnterThreshold(null, "test");
        await device.FrameAsync();

        await Wait.UntilAsync(() => device.Occupancy.Current.Occupied, "occupied");
    }

    [Fact]
    public async Task A_frame_that_the_gate_holds_back_is_not_looked_at_and_health_stays_good()
    {
        var gate = new Gate { Open = true };
        await using DeviceFixture device = await DeviceFixture.StartAsync(services => services.AddSingleton<IFrameGateFactory>(gate));
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 3; i++)
            await device.FrameAsync();
        await device.FrameAsync();
        Assert.Equal(1, gate.Present);

        gate.Open = false;
        long calls = device.Detector.Calls;
        for (int i = 0; i < 60; i++)
            await PassAsync(device);

        Assert.Equal(calls, device.Detector.Calls);
        Assert.InRange(device.Status.InferenceAge.TotalSeconds, 0, 0.5);
        Assert.False(device.Occupancy.Current.Occupied);
        Assert.Equal(PresenceEndReason.Gone, device.History.Newest(1)[0].Reason);
    }

    /// <summary>A frame that the detector is not to see; virtual time moves on first.</summary>
    private static async Task PassAsync(DeviceFixture device)
    {
        device.Time.Advance(TimeSpan.FromSeconds(0.2));
        long frames = device.Status.Frames;
        device.Camera.Frame();
        await Wait.UntilAsync(() => device.Status.Frames > frames && device.Status.InferenceAge == TimeSpan.Zero, "the frame is through");
    }

    private static async Task<JsonElement> StateAsync(DeviceFixture device)
    {
        string text = await device.Client.GetStringAsync(new Uri("/api/state", UriKind.Relative), TestContext.Current.CancellationToken);
        return JsonDocument.Parse(text).RootElement;
    }

    private sealed class Gate : IFrameGate, IFrameGateFactory
    {
        private volatile bool _open;
        private volatile int _present;

        public bool Open
        {
            set => _open = value;
        }

        public int Present => _present;

        public IFrameGate Create(FrameDemand demand, IReadOnlyList<string>? masks = null) => this;

        public bool Admit(Frame frame, IReadOnlyList<Presence> present)
        {
            _present = present.Count;
            return _open;
        }
    }
}
