using System.Device.I2c;
using System.Device.Pwm;
using System.Device.Spi;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Core;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.LightSensor;
using RNNPool.Edge.Tests.Support;
using static RNNPool.Edge.Tests.Parts.InputBench;

namespace RNNPool.Edge.Tests.Parts.LightSensor;

/// <summary>A simulated sensor with a lamp on line 24, updated at times of the test's choosing.</summary>
public sealed class LightSensorPartTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly InputBench _bench = new();
    private readonly DeviceMetrics _metrics = new();
    private readonly RecordingLogger<LightSensorPart> _log = new();
    private readonly Buses _buses = new();
    private readonly LightSensorOptions _options = new()
    {
        Simulated = true,
        LampPin = "24",
        MinTime = TimeSpan.Zero,
    };
    private LightSensorPart? _part;

    public void Dispose()
    {
        _bench.Dispose();
        _metrics.Dispose();
    }

    [Theory]
    [InlineData(LightSensorType.Bh1750)]
    [InlineData(LightSensorType.Tsl2561)]
    public void It_measures_at_its_interval_and_sets_darkness_and_lamp(LightSensorType type)
    {
        _options.Type = type;
        using IPartSession sensor = Open();
        TimeSpan measuring = sensor.Update(Now);
        Assert.InRange(measuring, Seconds(0.18), Seconds(1));
        Assert.Null(Figure());

        Pass(measuring.TotalSeconds);
        Assert.Equal(Seconds(5), sensor.Update(Now));
        Assert.InRange(Figure()!.Value, 99, 100.1);
        Assert.Equal((false, false, "bright"), (_bench.Light.IsDark, Lamp, _part!.View().Text));

        _part.TryFeed(3);
        Pass(1);
        Assert.Equal(Seconds(4), sensor.Update(Now));
        Assert.False(Lamp);
        Measure(sensor);
        Assert.Equal((true, true, "dark, lamp on"), (_bench.Light.IsDark, Lamp, _part.View().Text));

        _part.TryFeed(100);
        Measure(sensor);
        Measure(sensor);
        _part.TryFeed(400);
        Measure(sensor);
        Assert.Equal((false, false), (_bench.Light.IsDark, Lamp));
        Assert.Equal([1740, 1741], _log.Events);
    }

    [Fact]
    public void The_lamp_is_off_at_rest_and_after_a_failure_and_darkness_stays()
    {
        _options.LampActiveLow = true;
        IPartSession sensor = Open();
        Assert.True(_bench.Simulated["24"].High);
        _part!.TryFeed(1);
        sensor.Update(Now);
        Measure(sensor);
        Assert.False(_bench.Simulated["24"].High);

        sensor.Rest();
        Assert.True(_bench.Simulated["24"].High);
        sensor.Dispose();

        Assert.Null(Figure());
        Assert.False(_bench.Simulated["24"].IsOpen);
        Assert.True(_bench.Light.IsDark);
    }

    [Theory]
    [InlineData(LightSensorType.Bh1750, 0x23)]
    [InlineData(LightSensorType.Tsl2561, 0x39)]
    public void A_chip_that_does_not_answer_fails_the_opening_and_releases_the_bus(LightSensorType type, int address)
    {
        _options.Type = type;
        _options.Simulated = false;
        _options.LampPin = null;

        Assert.Throws<IOException>(() => Open());

        Assert.Equal((1, address), (_buses.Opened.ConnectionSettings.BusId, _buses.Opened.ConnectionSettings.DeviceAddress));
        Assert.True(_buses.Opened.IsDisposed);
    }

    [Fact]
    public void A_lamp_that_cannot_be_opened_fails_the_opening()
    {
        _options.Simulated = false;
        _options.LampPin = "24";
        _buses.Answers = true;
        _bench.Gpio.Failure = new GpioException("GPIO24: busy.");

        Assert.Throws<GpioException>(() => Open());

        Assert.True(_buses.Opened.IsDisposed);
    }

    [Fact]
    public async Task A_device_with_a_simulated_sensor_shows_lux_on_its_interfaces()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("LightSensor:Enabled", "true"),
            ("LightSensor:Simulated", "true")
        );
        PartsStatus parts = device.Service<PartsStatus>();

        await Wait.AdvanceUntilAsync(device.Time, Seconds(0.1), () => parts.Report()[0].View.Value == 100, "a measurement");

        Assert.Equal(("lx", "quantity"), (parts.Report()[0].View.Unit, parts.Report()[0].View.Feed));
        string metrics = await device.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("\nrnnpool_edge_illuminance_lux 100\n", metrics, StringComparison.Ordinal);
    }

    private TimeSpan Now => _time.GetUtcNow() - Samples.Noon;

    private bool Lamp => _bench.Simulated["24"].High;

    private double? Figure() => Assert.Single(_part!.Figures).Read();

    private void Pass(double seconds) => _time.Advance(Seconds(seconds));

    private void Measure(IPartSession sensor)
    {
        Pass(5);
        sensor.Update(Now);
    }

    private IPartSession Open()
    {
        _part = new LightSensorPart(Options(_options), _buses, _bench.Pins, _bench.Light, _metrics, _time, _log);
        return _part.Open(_bench.Signal);
    }

    private sealed class Buses : IBuses
    {
        public bool Answers { get; set; }

        public Device Opened { get; private set; } = null!;

        public I2cDevice OpenI2c(int bus, int address) => Opened = new Device(bus, address, Answers);

        public SpiDevice OpenSpi(SpiConnectionSettings settings) => throw new NotSupportedException();

        public PwmChannel OpenPwm(int chip, int channel, int frequency) => throw new NotSupportedException();
    }

    private sealed class Device(int bus, int address, bool answers) : I2cDevice
    {
        public bool IsDisposed { get; private set; }

        public override I2cConnectionSettings ConnectionSettings { get; } = new(bus, address);

        public override void Read(Span<byte> buffer) => Check();

        public override void Write(ReadOnlySpan<byte> buffer) => Check();

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => Check();

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }

        private void Check()
        {
            if (!answers)
                throw new IOException("Error 121 performing I2C data transfer.");
        }
    }
}
