using System.Device.Gpio;
using Microsoft.Extensions.Options;
using RNNPool.Edge.Gpio;
using RNNPool.Edge.Tests.Support;

namespace RNNPool.Edge.Tests.Gpio;

public sealed class GpioSinkTests
{
    private readonly FakePins _pins = new();
    private readonly RecordingLogger<GpioSink> _log = new();

    [Theory]
    [InlineData(false, "open low, high, low, low, release")]
    [InlineData(true, "open high, low, high, high, release")]
    public async Task The_pin_is_on_while_something_is_there(bool activeLow, string expected)
    {
        GpioSink sink = await OpenAsync(activeLow);

        await sink.DeliverAsync(Samples.DeviceEvent(true), TestContext.Current.CancellationToken);
        await sink.DeliverAsync(Samples.DeviceEvent(true, "b"), TestContext.Current.CancellationToken);
        await sink.DeliverAsync(Samples.DeviceEvent(false), TestContext.Current.CancellationToken);
        await sink.CloseAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected, string.Join(", ", _pins.Trace));
    }

    [Fact]
    public async Task A_stop_while_something_is_there_leaves_the_pin_off_and_released()
    {
        GpioSink sink = await OpenAsync(activeLow: false);
        await sink.DeliverAsync(Samples.DeviceEvent(true), TestContext.Current.CancellationToken);

        await sink.CloseAsync(TestContext.Current.CancellationToken);
        await sink.CloseAsync(TestContext.Current.CancellationToken);

        Assert.Equal("open low, high, low, release", string.Join(", ", _pins.Trace));
        Assert.Contains("fake pin on (high).", _log.Lines);
        Assert.Contains("fake pin off and released.", _log.Lines);
    }

    [Fact]
    public void Without_a_chip_the_pin_is_simulated_and_the_log_says_so()
    {
        if (OutputPinFactory.AnyChip) return;
        var log = new RecordingLogger<OutputPinFactory>();

        using IOutputPin pin = new OutputPinFactory(log).Open(new GpioOptions { Pin = 17 }, high: false);

        Assert.Equal("GPIO17 (simulated)", pin.Description);
        Assert.Contains("no GPIO chip: GPIO17 is simulated", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_simulated_pin_can_be_asked_for()
    {
        var log = new RecordingLogger<OutputPinFactory>();

        using IOutputPin pin = new OutputPinFactory(log).Open(new GpioOptions { Pin = 4, Simulated = true }, high: false);

        Assert.Equal("GPIO4 (simulated)", pin.Description);
        Assert.Empty(log.Warnings);
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData("", 4)]
    [InlineData("raspberrypi-exp-gpio", 1)]
    [InlineData("gpiochip1", 1)]
    [InlineData("/dev/gpiochip1", 1)]
    [InlineData("0", 0)]
    public void A_chip_is_found_by_label_name_or_number_and_the_header_by_itself(string? wanted, int expected) =>
        Assert.Equal(expected, OutputPinFactory.Choose(Chips, wanted).Id);

    [Fact]
    public void Without_a_header_the_first_chip_is_taken() =>
        Assert.Equal(0, OutputPinFactory.Choose([.. Chips.Where(chip => chip.Id != 4)], null).Id);

    [Fact]
    public void A_chip_that_is_not_there_is_named_with_those_that_are()
    {
        GpioException exception = Assert.Throws<GpioException>(() => OutputPinFactory.Choose(Chips, "pinctrl-bcm9"));

        Assert.Contains("'pinctrl-bcm9'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("gpiochip4 (pinctrl-rp1)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_chip_at_all_gives_the_sentence_that_fixes_it() =>
        Assert.Contains("group gpio", Assert.Throws<GpioException>(() => OutputPinFactory.Choose([], null)).Message, StringComparison.Ordinal);

    // Out of order, as the kernel may list them.
    private static readonly GpioChipInfo[] Chips =
    [
        new(1, "gpiochip1", "raspberrypi-exp-gpio", 8), new(0, "gpiochip0", "gpio-brcmstb", 32), new(4, "gpiochip4", "pinctrl-rp1", 54),
    ];

    private async Task<GpioSink> OpenAsync(bool activeLow)
    {
        var sink = new GpioSink(Options.Create(new GpioOptions { Pin = 17, ActiveLow = activeLow }), _pins, _log);
        await sink.OpenAsync(TestContext.Current.CancellationToken);
        return sink;
    }

    private sealed class FakePins : IOutputPinFactory
    {
        public List<string> Trace { get; } = [];

        public IOutputPin Open(GpioOptions options, bool high)
        {
            Trace.Add("open " + Level(high));
            return new FakePin(Trace);
        }

        private static string Level(bool high) => high ? "high" : "low";

        private sealed class FakePin(List<string> trace) : IOutputPin
        {
            public string Description => "fake pin";

            public void Write(bool high) => trace.Add(Level(high));

            public void Dispose() => trace.Add("release");
        }
    }
}
