using System.Text;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.Pir;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Tests.Support;
using static RNNPool.Edge.Tests.Parts.InputBench;

namespace RNNPool.Edge.Tests.Parts.Pir;

/// <summary>A motion sensor on line 23, updated at times of the test's choosing.</summary>
public sealed class PirPartTests : IDisposable
{
    private const int Line = 23;

    private readonly RecordingLogger<PirPart> _log = new();
    private readonly MotionSensor _sensor = new();
    private readonly InputBench _bench = new();
    private readonly CameraOptions _camera = new();
    private PirPart? _part;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_output_is_ignored_during_the_warm_up_and_the_cameras_run_at_their_full_rate()
    {
        using IPartSession pir = Open();
        Assert.Null(_sensor.Moving);
        pir.Update(Seconds(0));
        Assert.True(_sensor.Moving);
        Assert.Equal("None", Payload());
        _bench.Gpio.Drive(Line, true);
        pir.Update(Seconds(20));
        _bench.Gpio.Drive(Line, false);
        Assert.Equal(Seconds(0.25), pir.Update(Seconds(59.75)));
        Assert.True(_sensor.Moving);

        pir.Update(Seconds(60));

        Assert.False(_sensor.Moving);
        Assert.Equal("OFF", Payload());
    }

    [Fact]
    public void The_full_rate_lasts_for_the_hold_time_after_the_output()
    {
        using IPartSession pir = Open();
        pir.Update(Seconds(100));
        Assert.False(_sensor.Moving);

        _bench.Gpio.Drive(Line, true);
        pir.Update(Seconds(101));
        Assert.True(_sensor.Moving);
        Assert.Equal("ON", Payload());
        pir.Update(Seconds(160));
        _bench.Gpio.Drive(Line, false);
        pir.Update(Seconds(161));
        Assert.Equal(("OFF", true), (Payload(), _sensor.Moving));
        Assert.Equal(Seconds(0.5), pir.Update(Seconds(170.5)));
        Assert.True(_sensor.Moving);
        pir.Update(Seconds(171));

        Assert.False(_sensor.Moving);
    }

    [Fact]
    public void Motion_within_the_hold_time_extends_it()
    {
        using IPartSession pir = Open();
        foreach ((double at, bool high) in new[] { (100, true), (101, false), (109, true), (110, false), (119.5, false) })
        {
            _bench.Gpio.Drive(Line, high);
            pir.Update(Seconds(at));
            Assert.True(_sensor.Moving);
        }

        pir.Update(Seconds(120));
        Assert.False(_sensor.Moving);
    }

    [Fact]
    public void A_sensor_that_fails_leaves_the_full_rate()
    {
        using (IPartSession pir = Open())
        {
            pir.Update(Seconds(100));
            _bench.Gpio.Failure = new GpioException("GPIO23: gone.");
            Assert.Throws<GpioException>(() => pir.Update(Seconds(101)));
        }

        Assert.Null(_sensor.Moving);
        Assert.Equal("None", Payload());
    }

    [Fact]
    public void An_edge_requests_an_update()
    {
        using IPartSession pir = Open();
        Assert.Equal(Seconds(1), pir.Update(Seconds(100)));

        _bench.Gpio.Drive(Line, true);

        _bench.Signal.Wait(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void An_output_that_is_low_during_motion_is_inverted()
    {
        _bench.Gpio.Drive(Line, true);
        using IPartSession pir = Open(new PirOptions { ActiveLow = true });
        pir.Update(Seconds(100));
        Assert.False(_part!.View().On);

        _bench.Gpio.Drive(Line, false);
        pir.Update(Seconds(101));

        Assert.True(_part.View().On);
    }

    [Theory]
    [InlineData(5, 10, 0)]
    [InlineData(10, 10, 1)]
    [InlineData(12, 10, 1)]
    public void An_idle_rate_that_saves_nothing_is_logged_once(double idle, double full, int warnings)
    {
        (_camera.IdleRate, _camera.Rate) = (idle, full);
        Open().Dispose();
        _part!.Open(_bench.Signal).Dispose();

        Assert.Equal(warnings, _log.WithId(1735).Count);
    }

    [Fact]
    public void Only_changes_of_the_topic_are_reported()
    {
        using IPartSession pir = Open();
        int changes = 0;
        _part!.Changed += () => changes++;

        pir.Update(Seconds(0));
        pir.Update(Seconds(30));
        pir.Update(Seconds(60));
        pir.Update(Seconds(61));
        _bench.Gpio.Drive(Line, true);
        pir.Update(Seconds(62));

        Assert.Equal(2, changes);
    }

    private IPartSession Open(PirOptions? options = null)
    {
        options ??= new PirOptions();
        options.Pin = $"{Line}";
        _part = new PirPart(Options(options), Options(_camera), _bench.Pins, _bench.Simulated, _sensor, _log);
        return _part.Open(_bench.Signal);
    }

    private string Payload() => Encoding.ASCII.GetString(Assert.Single(_part!.Topics).Read());
}
