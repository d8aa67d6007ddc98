using Microsoft.Extensions.DependencyInjection;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Health;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Tests.Pipeline.Camera;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline;

public sealed class CameraPipelineTests
{
    [Fact]
    public async Task Two_cameras_share_one_engine_and_their_events_name_them()
    {
        FakeCamera? second = null;
        await using DeviceFixture device = await DeviceFixture.StartAsync(services =>
            services.AddSingleton<ICameraFactory>(provider =>
                second = new FakeCamera(provider.GetRequiredService<TimeProvider>()) { Name = "garden" }
            )
        );
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 3; i++)
            await device.FrameAsync();
        for (int i = 0; i < 3; i++)
        {
            device.Time.Advance(TimeSpan.FromSeconds(0.2));
            int calls = device.Detector.Calls;
            second!.Frame();
            await Wait.UntilAsync(() => device.Detector.Calls > calls, "the frame of the second camera");
        }

        await Wait.UntilAsync(() => device.Occupancy.Current.Count == 2, "a presence of each camera");
        Assert.Equal(["fake", "garden"], device.Occupancy.Presences().Select(presence => presence.Camera));

        // A camera that ends does not stop the device while the other one delivers.
        second!.End();
        await Wait.AdvanceUntilAsync(
            device.Time,
            TimeSpan.FromSeconds(0.1),
            () => device.Occupancy.Current.Count <= 1,
            "the end of the second camera"
        );
        Assert.False(device.Stopping);
    }

    [Fact]
    public async Task A_silent_camera_degrades_the_health_and_the_other_one_still_detects()
    {
        FakeCamera? second = null;
        await using DeviceFixture device = await DeviceFixture.StartAsync(services =>
            services.AddSingleton<ICameraFactory>(provider =>
                second = new FakeCamera(provider.GetRequiredService<TimeProvider>()) { Name = "garden" }
            )
        );
        await device.FrameAsync();
        second!.Frame();
        var cameras = device.Service<CameraSet>();
        await Wait.UntilAsync(() => cameras[1].Status.Inferences == 1, "a frame of the second camera");
        Assert.Equal(2, device.Service<PipelineTotals>().Inferences);
        Assert.True(device.Service<HealthModel>().Evaluate().Healthy);

        // A camera of one frame has no pause yet from which its rate is known, so it may be silent for OpenTimeout.
        for (int i = 0; i < 90; i++)
            await device.FrameAsync();

        HealthReport report = device.Service<HealthModel>().Evaluate();
        Assert.Equal(HealthState.Degraded, report.Components.Single(component => component.Name == "camera garden").State);
        Assert.Equal(HealthState.Good, report.Components.Single(component => component.Name == "camera fake").State);
        Assert.Equal(HealthState.Good, report.Components.Single(component => component.Name == "detector").State);
        Assert.Equal(HealthState.Degraded, report.State);
        Assert.True(report.Healthy);
        Assert.Null(device.Service<PipelineLiveness>().FindStall());
        Assert.Equal(92, device.Service<PipelineTotals>().Frames);
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 3; i++)
            await device.FrameAsync();
        Assert.Equal(1, device.Occupancy.Find("fake").Count);

        // Without a camera that delivers, the device does not work.
        device.Time.Advance(TimeSpan.FromSeconds(30));
        report = device.Service<HealthModel>().Evaluate();
        Assert.False(report.Healthy);
        Assert.Equal(3, report.Reasons.Count);
    }

    [Fact]
    public async Task A_camera_that_fails_does_not_stop_the_others()
    {
        FakeCamera? second = null;
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            services =>
                services.AddSingleton<ICameraFactory>(provider =>
                    second = new FakeCamera(provider.GetRequiredService<TimeProvider>())
                    {
                        Name = "garden",
                        OnCreate = () => new CameraException("The cable is broken."),
                    }
                ),
            ("Camera:Name", "fake"),
            ("Cameras:garden:Source", "synthetic:"),
            ("Cameras:garden:ReopenDelay", "00:00:02")
        );
        await Wait.UntilAsync(() => device.Service<CameraSet>()[1].Status.Camera == CameraState.Lost, "the loss of the second camera");
        int created = second!.Created;

        for (int i = 0; i < 5; i++)
            await device.FrameAsync();

        HealthReport report = device.Service<HealthModel>().Evaluate();
        Assert.Equal("The camera garden is lost: The cable is broken.", Assert.Single(report.Degradations));
        Assert.Equal(5, device.Status.Inferences);

        // Its own delay applies, and it is opened again.
        second.OnCreate = () => null;
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.5), () => second.Created > created, "another attempt");
        second.Frame();
        await Wait.UntilAsync(() => device.Service<CameraSet>()[1].Status.Inferences == 1, "a frame of the second camera");
        Assert.Empty(device.Service<HealthModel>().Evaluate().Degradations);
    }

    [Fact]
    public async Task Zones_threshold_and_count_belong_to_a_camera()
    {
        FakeCamera? second = null;
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            services =>
                services.AddSingleton<ICameraFactory>(provider =>
                    second = new FakeCamera(provider.GetRequiredService<TimeProvider>()) { Name = "garden" }
                ),
            ("Camera:Name", "fake"),
            ("Presence:Zones:0:Name", "porch"),
            ("Presence:Zones:0:Polygon", "0,0 1,0 1,1 0,1"),
            ("Cameras:garden:Source", "synthetic:"),
            ("Cameras:garden:EnterThreshold", "0.5"),
            ("Cameras:garden:Zones:0:Name", "lawn"),
            ("Cameras:garden:Zones:0:Polygon", "0,0 1,0 1,1 0,1")
        );
        device.Detector.Found = [FakeDetector.Face(0.55f)];
        for (int i = 0; i < 4; i++)
        {
            await device.FrameAsync();
            int calls = device.Detector.Calls;
            second!.Frame();
            await Wait.UntilAsync(() => device.Detector.Calls > calls, "the frame of the second camera");
        }

        await Wait.UntilAsync(() => device.Occupancy.Current.Occupied, "a presence of the second camera");
        Assert.Equal(
            (0, 1, 1),
            (device.Occupancy.Find("fake").Count, device.Occupancy.Find("garden").Count, device.Occupancy.Current.Count)
        );
        Assert.Equal(["lawn"], Assert.Single(device.Occupancy.Presences()).Zones);
        Assert.Equal([("lawn", 1)], Zones(device.Occupancy.Find("garden")));
        Assert.Equal([("porch", 0)], Zones(device.Occupancy.Find("fake")));
        Assert.Equal([("lawn", 1), ("porch", 0)], Zones(device.Occupancy.Current));
    }

    private static (string, int)[] Zones(Occupancy occupancy) =>
        [.. occupancy.ZoneCounts.OrderBy(zone => zone.Key, StringComparer.Ordinal).Select(zone => (zone.Key, zone.Value))];

    [Fact]
    public async Task A_loop_that_fails_is_restarted_and_shows_in_health()
    {
        var gate = new FailingGate();
        await using DeviceFixture device = await DeviceFixture.StartAsync(services => services.AddSingleton<IFrameGateFactory>(gate));
        var loops = device.Service<LoopSupervisor>();
        device.Camera.Frame();
        await Wait.UntilAsync(() => loops.Degradation is not null, "the failure");
        Assert.Contains("fake", loops.Degradation, StringComparison.Ordinal);

        gate.Fails = false;
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.25), () => loops.Degradation is null, "the restart");
        await device.FrameAsync();
        Assert.Equal(1, loops.Restarts);
    }

    private sealed class FailingGate : IFrameGate, IFrameGateFactory
    {
        private volatile bool _fails = true;

        public bool Fails
        {
            get => _fails;
            set => _fails = value;
        }

        public IFrameGate Create(FrameDemand demand, IReadOnlyList<string>? masks = null) => this;

        public bool Admit(Vision.Frames.Frame frame, IReadOnlyList<Presence> present) =>
            Fails ? throw new InvalidOperationException("a bug in the gate") : true;
    }
}
