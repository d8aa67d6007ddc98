using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Settings;
using RNNPool.Edge.Tests.Parts;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Inference;

[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AloneOnTheMachine;

/// <summary>Capture, slot, detector, presence and status, on a camera that does not decode; nothing else runs meanwhile.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Frames = 400;
    private const int Attempts = 20;

    /// <summary>Bytes per frame that the rest of the process may allocate: timers, the compiler.</summary>
    private const double Most = 8;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_frame_in_steady_state_allocates_nothing(bool occupied, bool withParts)
    {
        TimeProvider time = TimeProvider.System;
        var options = new CameraOptions { Source = "synthetic:?rate=200" };
        var camera = new ConfiguredCamera(
            null,
            options,
            CameraFactory.CreateDefault(time, NullLoggerFactory.Instance),
            Options.Create(new ModelOptions()),
            new ImagePolicy(new StaticLive<DeviceOptions>(new DeviceOptions()))
        );
        using var metrics = new DeviceMetrics();
        DeviceControls controls = ControlsFixture.Detached(time);
        using var detector = new FakeDetector { Found = occupied ? [FakeDetector.Face()] : [] };
        detector.Seen.EnsureCapacity(100_000);
        var presence = new PresenceOptions
        {
            UpdateInterval = TimeSpan.FromDays(1),
            Zones =
            [
                new ZoneOptions
                {
                    Name = "all",
                    Polygon = "0,0 1,0 1,1 0,1",
                    Anchor = ZoneAnchor.Centre,
                },
            ],
        };
        IOptions<EventOptions> events = Options.Create(new EventOptions());
        using var occupancy = new OccupancyState(time, new PresenceOptions());
        using var dispatcher = new EventDispatcher(
            [],
            occupancy,
            new EventHistory(events),
            events,
            new LoopSupervisor(time, NullLogger<LoopSupervisor>.Instance),
            time,
            NullLogger<EventDispatcher>.Instance
        );
        var images = new ImagePolicy(new StaticLive<DeviceOptions>(new DeviceOptions()));
        var engine = new DetectionEngine(detector);
        using var cameras = new CameraSet([camera], images, time);
        PipelineStatus status = cameras[0].Status;
        using var settings = new CameraSettings(
            Options.Create(options),
            new StaticLive<CamerasOptions>([]),
            new StaticLive<PresenceOptions>(presence),
            SettingValues.Same
        );
        CameraPipeline pipeline = new CameraPipelineFactory(
            engine,
            dispatcher,
            controls,
            new CaptureMetrics(metrics),
            occupancy,
            new MotionSensor { Moving = false },
            settings,
            time,
            NullLogger<CaptureLoop>.Instance,
            NullLogger<DetectionLoop>.Instance,
            new OpenGate()
        ).Create(cameras[0], isOnly: true);
        var loops = new LoopSupervisor(time, NullLogger<LoopSupervisor>.Instance);
        using var capture = new CaptureService([pipeline], loops);
        using var detection = new DetectionService([pipeline], loops, new NoLifetime());
        using OutputParts? parts = withParts ? new OutputParts(occupancy, controls, cameras, time) : null;
        if (parts is not null)
            await parts.StartAsync(TestContext.Current.CancellationToken);
        await detection.StartAsync(TestContext.Current.CancellationToken);
        await capture.StartAsync(TestContext.Current.CancellationToken);

        // Until buffers are grown and code is compiled, but not for ever.
        var seen = new List<double>(Attempts) { Measure(status, Frames) };
        while (seen[^1] >= Most && seen.Count < Attempts)
            seen.Add(Measure(status, Frames));

        await capture.StopAsync(TestContext.Current.CancellationToken);
        await detection.StopAsync(TestContext.Current.CancellationToken);
        Assert.All(parts?.Status.States ?? [], part => Assert.Null(part.Failure));
        if (parts is not null)
            await parts.StopAsync();
        Assert.True(seen[^1] < Most, $"bytes per frame, in series of {Frames}: {string.Join(", ", seen)}");
    }

    /// <summary>Bytes per frame over some frames. It sleeps rather than awaits: the waiting itself must not allocate.</summary>
    private static double Measure(PipelineStatus status, int frames)
    {
        long first = status.Inferences,
            before = GC.GetTotalAllocatedBytes(precise: true);
        while (status.Inferences < first + frames)
            Thread.Sleep(20);
        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / (status.Inferences - first);
    }

    private sealed class OpenGate : IFrameGate, IFrameGateFactory
    {
        public IFrameGate Create(FrameDemand demand, IReadOnlyList<string>? masks = null) => this;

        public bool Admit(Frame frame, IReadOnlyList<Presence> present) => true;
    }
}
