using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Cli;
using RNNPool.Edge.Events;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Tests.Sinks.Gpio;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Inference;

/// <summary>The whole device with a fake camera and detector, in virtual time.</summary>
public sealed class DetectionServiceTests
{
    [Fact]
    public async Task A_face_that_comes_and_goes_makes_a_new_and_an_end_and_moves_the_pin()
    {
        var gpio = new FakeGpio();
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            services => services.AddSingleton<IGpioChips>(gpio),
            ("Gpio:Outputs:0:Pin", "17")
        );
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 3; i++)
            await device.FrameAsync();
        await Wait.UntilAsync(() => device.Occupancy.Current.Occupied, "occupied");
        await Wait.UntilAsync(() => gpio.Level(17), "the pin goes high");

        device.Detector.Found = [];
        for (int i = 0; i < 14; i++)
            await device.FrameAsync();
        await Wait.UntilAsync(() => !device.Occupancy.Current.Occupied, "free again");
        await Wait.UntilAsync(() => !gpio.Level(17), "the pin goes low");

        IReadOnlyList<PresenceEvent> events = device.History.Newest(10);
        PresenceEvent begin = events[^1],
            end = events[0];
        Assert.Equal((PresenceEventKind.New, PresenceEventKind.End), (begin.Type, end.Type));
        Assert.Equal(begin.Id, end.Id);
        Assert.Equal(("fake", "face", 1), (begin.Camera, begin.Label, begin.Count));
        Assert.Equal(0, end.Count);
        Assert.InRange((end.Time - end.EndTime!.Value).TotalSeconds, 2, 2.5);
    }

    [Fact]
    public async Task A_presence_ends_although_the_camera_is_lost()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 3; i++)
            await device.FrameAsync();
        device.Camera.OnCreate = () => new CameraException("fake: gone.");
        device.Camera.Throw(new CameraException("fake: unplugged."));

        await Wait.FallsDueAsync(device.Time, TimeSpan.FromSeconds(0.1), 1.5, 4, () => !device.Occupancy.Current.Occupied, "the end");

        Assert.Equal(PresenceEventKind.End, device.History.Newest(1)[0].Type);
    }

    [Fact]
    public async Task A_slow_detector_sees_the_newest_frame_and_nothing_queues()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        device.Detector.Hold();
        device.Camera.Frame();
        await Wait.UntilAsync(() => device.Detector.Calls == 1, "the detector is busy");
        for (int i = 0; i < 50; i++)
            device.Camera.Frame();
        await Wait.UntilAsync(() => device.Status.Frames == 51, "capture continues meanwhile");

        device.Detector.Release();
        await Wait.UntilAsync(() => device.Status.Inferences == 2, "the next inference");

        Assert.Equal([0, 50], device.Detector.Seen);
        Assert.Equal(49, device.Latest.Dropped);
    }

    [Fact]
    public async Task A_frame_that_the_engine_fails_on_is_counted_and_the_next_one_is_tried()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        device.Detector.Failure = new InvalidOperationException("bad tensor");
        await device.FrameAsync();
        device.Detector.Failure = null;
        device.Camera.Frame();
        await Wait.AdvanceUntilAsync(device.Time, TimeSpan.FromSeconds(0.1), () => device.Status.Inferences == 1, "the next frame");

        Assert.Equal(1, device.Status.InferenceErrors);
    }

    [Fact]
    public async Task What_warms_up_the_code_makes_events_that_nobody_hears()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        await device.FrameAsync();

        Assert.Equal(2, PresenceWarmUp.Run(new PresenceOptions(), ["face"], device.Time));
        Assert.Equal(0, device.History.Total);
        Assert.Empty(device.Occupancy.Current.Counts);
    }

    [Fact]
    public async Task Labels_that_the_model_never_finds_are_told_at_the_start()
    {
        var detection = new RecordingLogger<DetectionLoop>();
        var pins = new RecordingLogger<PinService>();
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            services => services.AddSingleton<ILogger<DetectionLoop>>(detection).AddSingleton<ILogger<PinService>>(pins),
            ("Presence:Labels:0", "face"),
            ("Presence:Labels:1", "persn"),
            ("Presence:Zones:0:Name", "all"),
            ("Presence:Zones:0:Polygon", "0,0 1,0 1,1"),
            ("Presence:Zones:0:Labels:0", "dog"),
            ("Gpio:Simulated", "true"),
            ("Gpio:Outputs:0:Pin", "17"),
            ("Gpio:Outputs:0:Source", "label:cat")
        );

        await Wait.UntilAsync(() => detection.Warnings.Count == 2, "two warnings");
        Assert.Contains("Presence:Labels:1", detection.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("Presence:Zones:0:Labels:0", detection.Warnings[1], StringComparison.Ordinal);
        Assert.Contains("label:cat", Assert.Single(pins.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_ends_what_is_still_there()
    {
        var gpio = new FakeGpio();
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            services => services.AddSingleton<IGpioChips>(gpio),
            ("Gpio:Outputs:0:Pin", "17")
        );
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 3; i++)
            await device.FrameAsync();

        await device.StopAsync();

        Assert.Equal(PresenceEventKind.End, device.History.Newest(1)[0].Type);
        Assert.False(device.Occupancy.Current.Occupied);
        Assert.Equal(["open low", "high"], gpio.LevelsOf(17)[..2]);
        Assert.Equal(["low", "release"], gpio.LevelsOf(17)[^2..]);
    }

    [Fact]
    public async Task After_the_end_of_a_replay_presences_run_out_and_the_device_stops()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync();
        device.Detector.Found = [FakeDetector.Face()];
        for (int i = 0; i < 3; i++)
            await device.FrameAsync();
        device.Camera.End();

        await Wait.FallsDueAsync(device.Time, TimeSpan.FromSeconds(0.1), 1.9, 4, () => device.Stopping, "the device stops by itself");

        Assert.Equal(CameraState.Ended, device.Status.Camera);
        Assert.Equal(PresenceEventKind.End, device.History.Newest(1)[0].Type);
    }
}
