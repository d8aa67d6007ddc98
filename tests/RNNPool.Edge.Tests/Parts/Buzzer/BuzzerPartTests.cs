using System.Device.I2c;
using System.Device.Pwm;
using System.Device.Spi;
using RNNPool.Edge.Hardware.Buses;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Parts;
using RNNPool.Edge.Parts.Buzzer;
using RNNPool.Edge.Tests.Pipeline.Inference;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Presence;
using static RNNPool.Edge.Tests.Parts.InputBench;

namespace RNNPool.Edge.Tests.Parts.Buzzer;

/// <summary>A buzzer on line 25 or on a PWM channel, updated at times of the test's choosing.</summary>
public sealed class BuzzerPartTests : IDisposable
{
    private const int Line = 25;

    private readonly InputBench _bench = new(presence: Zones());
    private readonly RecordingLogger<BuzzerPart> _log = new();
    private readonly PwmBus _buses = new();
    private readonly BuzzerOptions _options = new() { Pin = $"{Line}" };
    private BuzzerPart? _part;

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_active_buzzer_follows_its_line(bool activeLow)
    {
        _options.ActiveLow = activeLow;
        using IPartSession buzzer = Open();
        Assert.Equal(activeLow, _bench.Gpio.Level(Line));
        _bench.Occupancy.Apply(Samples.Event());

        buzzer.Update(Seconds(1));
        Assert.Equal(!activeLow, _bench.Gpio.Level(Line));
        Assert.True(_part!.View().On);

        buzzer.Update(Seconds(1.1));
        Assert.Equal(activeLow, _bench.Gpio.Level(Line));
        Assert.False(_part.View().On);
    }

    [Fact]
    public void A_passive_buzzer_sounds_at_its_frequency()
    {
        (_options.Pin, _options.PwmChip, _options.PwmChannel, _options.Frequency) = (null, 2, 1, 3000);
        using IPartSession buzzer = Open();
        Assert.Equal((2, 1, 3000, false), (_buses.Chip, _buses.Channel, _buses.Pwm.Frequency, _buses.Pwm.IsRunning));
        _bench.Occupancy.Apply(Samples.Event());

        buzzer.Update(Seconds(1));
        Assert.Equal((true, 0.5), (_buses.Pwm.IsRunning, _buses.Pwm.DutyCycle));

        buzzer.Update(Seconds(1.1));
        Assert.False(_buses.Pwm.IsRunning);
    }

    [Theory]
    [InlineData("occupancy", true, true)]
    [InlineData("zone:porch", false, true)]
    [InlineData("label:person", false, true)]
    [InlineData("label:face", true, false)]
    public void Only_presences_of_the_source_sound(string source, bool first, bool second)
    {
        _options.Source = source;
        _options.Repeats = 0;
        using IPartSession buzzer = Open();

        _bench.Occupancy.Apply(Samples.Event());
        buzzer.Update(Seconds(1));
        Assert.Equal(first, _part!.View().On);
        buzzer.Update(Seconds(2));
        _bench.Occupancy.Apply(Samples.Event(id: "b", label: "person") with { Zones = ["porch"] });
        buzzer.Update(Seconds(20));
        Assert.Equal(second, _part.View().On);
    }

    [Fact]
    public void An_acknowledged_alarm_is_silent_until_a_new_presence_begins()
    {
        _options.RepeatInterval = Seconds(1);
        using IPartSession buzzer = Open();
        _bench.Occupancy.Apply(Samples.Event());
        buzzer.Update(Seconds(1));
        Assert.True(_bench.Gpio.Level(Line));

        _bench.Acknowledgement.Acknowledge();
        Assert.Equal(Timeout.InfiniteTimeSpan, buzzer.Update(Seconds(1.05)));
        Assert.False(_bench.Gpio.Level(Line));
        Assert.Equal("acknowledged", _part!.View().Text);

        _bench.Occupancy.Apply(Samples.Event(id: "b"));
        buzzer.Update(Seconds(9));
        Assert.True(_bench.Gpio.Level(Line));
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void It_is_quiet_in_darkness_when_that_is_set(bool quietWhenDark, bool dark, bool sounds)
    {
        _options.QuietWhenDark = quietWhenDark;
        _bench.Light.IsDark = dark;
        using IPartSession buzzer = Open();

        _bench.Occupancy.Apply(Samples.Event());
        buzzer.Update(Seconds(1));

        Assert.Equal(sounds, _bench.Gpio.Level(Line));
    }

    [Fact]
    public void Privacy_silences_it_at_once()
    {
        using IPartSession buzzer = Open();
        _bench.Occupancy.Apply(Samples.Event());
        buzzer.Update(Seconds(1));
        Assert.True(_bench.Gpio.Level(Line));

        _bench.Controls.SetInputPrivacy(true, "test");
        buzzer.Update(Seconds(1.01));

        Assert.False(_bench.Gpio.Level(Line));
        Assert.Equal("privacy", _part!.View().Text);
    }

    [Fact]
    public void Rest_and_the_end_of_a_session_silence_it()
    {
        IPartSession buzzer = Open();
        _bench.Occupancy.Apply(Samples.Event());
        buzzer.Update(Seconds(1));
        buzzer.Rest();
        Assert.False(_bench.Gpio.Level(Line));

        buzzer.Update(Seconds(1.01));
        Assert.True(_bench.Gpio.Level(Line));
        buzzer.Dispose();
        Assert.Equal(["low", "release"], _bench.Gpio.LevelsOf(Line)[^2..]);
    }

    [Fact]
    public void A_line_that_fails_ends_the_session_and_the_next_one_is_silent_for_the_same_presence()
    {
        using (IPartSession buzzer = Open())
        {
            _bench.Occupancy.Apply(Samples.Event());
            _bench.Gpio.Failure = new GpioException("GPIO25: gone.");
            Assert.Throws<GpioException>(() => buzzer.Update(Seconds(1)));
        }

        _bench.Gpio.Failure = null;
        using IPartSession again = _part!.Open(_bench.Signal);
        again.Update(Seconds(2));
        Assert.False(_bench.Gpio.Level(Line));
    }

    [Fact]
    public void A_label_that_the_model_does_not_have_is_logged_once()
    {
        _options.Source = "label:elephant";
        Open().Dispose();
        _part!.Open(_bench.Signal).Dispose();

        Assert.Equal([1745], _log.Events);
    }

    [Fact]
    public async Task A_button_silences_the_buzzer_of_a_device()
    {
        await using DeviceFixture device = await DeviceFixture.StartAsync(
            null,
            ("Buzzer:Pin", "25"),
            ("Buzzer:Simulated", "true"),
            ("Buzzer:RepeatInterval", "00:00:01"),
            ("Buzzer:Repeats", "100"),
            ("Button:Pin", "4"),
            ("Button:Simulated", "true")
        );
        SimulatedPins pins = device.Service<SimulatedPins>();
        PartsStatus parts = device.Service<PartsStatus>();
        TimeSpan step = Seconds(0.02);
        await Wait.UntilAsync(() => pins["25"].IsOpen && pins["4"].IsOpen, "open");
        int beeps = 0;
        bool high = false;
        device.Occupancy.Apply(Samples.Event());
        await Wait.AdvanceUntilAsync(device.Time, step, () => CountBeeps() >= 5, "two repeats");

        pins["4"].Drive(false);
        await Wait.AdvanceUntilAsync(device.Time, step, () => parts.Find("button")!.Part.View().On == true, "pressed");
        pins["4"].Drive(true);
        await Wait.AdvanceUntilAsync(device.Time, step, () => parts.Find("buzzer")!.Part.View().Text == "acknowledged", "acknowledged");
        int before = CountBeeps();
        await Wait.PassAsync(device.Time, step, 3);

        Assert.Equal(before, CountBeeps());
        Assert.False(pins["25"].High);

        int CountBeeps()
        {
            if (pins["25"].High && !high)
                beeps++;
            high = pins["25"].High;
            return beeps;
        }
    }

    private static PresenceOptions Zones() => new() { Zones = [new ZoneOptions { Name = "porch", Polygon = "0,0 1,0 1,1" }] };

    private IPartSession Open()
    {
        _part = new BuzzerPart(
            Options(_options),
            _bench.Pins,
            _buses,
            _bench.Occupancy,
            _bench.Controls,
            _bench.Acknowledgement,
            _bench.Light,
            new FakeDetector { Labels = ["face", "person"] },
            _log
        );
        return _part.Open(_bench.Signal);
    }

    private sealed class PwmBus : IBuses
    {
        public int Chip { get; private set; }

        public int Channel { get; private set; }

        public SimulatedPwmChannel Pwm { get; private set; } = new(1);

        public PwmChannel OpenPwm(int chip, int channel, int frequency)
        {
            (Chip, Channel) = (chip, channel);
            return Pwm = new SimulatedPwmChannel(frequency);
        }

        public I2cDevice OpenI2c(int bus, int address) => throw new NotSupportedException();

        public SpiDevice OpenSpi(SpiConnectionSettings settings) => throw new NotSupportedException();
    }
}
