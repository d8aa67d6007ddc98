using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Tests.Pipeline.Camera;

/// <summary>Gate, motion sensor and presence: each reason alone is enough for the full rate.</summary>
public sealed class FrameDemandTests
{
    [Theory]
    [InlineData(null, null, false, false)]
    [InlineData(null, true, false, true)]
    [InlineData(null, false, false, false)]
    [InlineData(false, null, false, true)]
    [InlineData(false, null, true, false)]
    [InlineData(false, true, false, true)]
    [InlineData(false, false, false, false)]
    [InlineData(true, null, false, false)]
    [InlineData(true, true, false, false)]
    public void The_camera_idles_when_no_one_has_a_reason(bool? moving, bool? gateIdle, bool occupied, bool idle)
    {
        using var occupancy = new OccupancyState(TimeProvider.System, new PresenceOptions());
        var demand = new FrameDemand(new MotionSensor { Moving = moving }, occupancy);
        if (gateIdle is { } gate)
            demand.SetGate(gate);
        if (occupied)
            occupancy.Apply(Samples.Event());

        Assert.Equal(idle, demand.IsIdle);
    }

    [Fact]
    public void Only_a_change_of_the_sensor_is_raised()
    {
        var sensor = new MotionSensor();
        int raised = 0;
        sensor.Changed += () => raised++;

        foreach (bool? moving in new bool?[] { null, true, true, false, null, null })
            sensor.Moving = moving;

        Assert.Equal(3, raised);
    }
}
