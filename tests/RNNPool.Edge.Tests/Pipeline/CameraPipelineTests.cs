using Microsoft.Extensions.DependencyInjection;
using RNNPool.Edge.Core;
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
            services.AddSingleton(provider =>
            {
                second = new FakeCamera(provider.GetRequiredService<TimeProvider>()) { Name = "garden" };
                return provider
                    .GetRequiredService<CameraPipelineFactory>()
                    .Create(
                        second,
                        new CameraPorts(
                            new FrameSlot(),
                            new PipelineStatus(provider.GetRequiredService<TimeProvider>()),
                            new FrameTap(),
                            provider.GetRequiredService<SnapshotSource>()
                        )
                    );
            })
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
