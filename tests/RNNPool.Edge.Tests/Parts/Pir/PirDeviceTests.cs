using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Parts.Pir;

/// <summary>The motion sensor of a whole device with a live camera, in virtual time.</summary>
public sealed class PirDeviceTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.1);

    [Fact]
    public async Task Motion_wakes_the_camera_at_once_and_a_presence_keeps_it_awake()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("Pir:Pin", "23"),
            ("Pir:Simulated", "true"),
            ("Pir:WarmUp", "00:00:00"),
            ("Pir:Hold", "00:00:02"),
            ("Camera:IdleRate", "1")
        );
        SimulatedLine line = device.Service<SimulatedPins>()["23"];
        MotionSensor sensor = device.Service<MotionSensor>();
        device.Camera.Live = true;
        device.Camera.Throw(new CameraException("fake: unplugged."));
        await Wait.AdvanceUntilAsync(device.Time, Step, () => device.Camera.Created == 2, "a live camera");
        await device.FrameAsync();
        await Wait.UntilAsync(() => device.Camera.Rate == 1, "the idle rate");

        line.Drive(true);
        await Wait.UntilAsync(() => device.Camera.Rate == 20, "the full rate, without a frame");

        device.Occupancy.Apply(Samples.Event());
        line.Drive(false);
        await Wait.AdvanceUntilAsync(device.Time, Step, () => sensor.Moving == false, "the end of the hold time");
        await device.FrameAsync();
        Assert.Equal(20, device.Camera.Rate);

        device.Occupancy.Apply(Samples.Event(PresenceEventKind.End));
        await device.FrameAsync();
        await Wait.UntilAsync(() => device.Camera.Rate == 1, "the idle rate again");
    }
}
