using Microsoft.Extensions.DependencyInjection;
using RNNPool.Edge.Core;
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
    public async Task A_silent_camera_fails_the_health_although_the_other_one_delivers()
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
        Assert.Equal(HealthState.Failed, report.Components.Single(component => component.Name == "camera garden").State);
        Assert.Equal(HealthState.Good, report.Components.Single(component => component.Name == "camera fake").State);
        Assert.False(report.Healthy);
        Assert.Equal(92, device.Service<PipelineTotals>().Frames);
    }

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

        public IFrameGate Create(FrameDemand demand) => this;

        public bool Admit(Vision.Frames.Frame frame, IReadOnlyList<Presence> present) =>
            Fails ? throw new InvalidOperationException("a bug in the gate") : true;
    }
}
