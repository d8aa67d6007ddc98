using RNNPool.Edge.Cli;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Sinks.Gpio;
using RNNPool.Edge.Testing;

namespace RNNPool.Edge.Tests.Sinks.Gpio;

/// <summary>Which line a setting means, on machines of several kinds.</summary>
public sealed class PinAddressTests
{
    private static readonly GpioChip Pi5 = new("gpiochip0", "pinctrl-rp1", 54),
        Pi4 = new("gpiochip0", "pinctrl-bcm2711", 58),
        Firmware = new("gpiochip1", "raspberrypi-exp-gpio", 8);
    private static readonly GpioChip Brcm = new("gpiochip10", "gpio-brcmstb@107d508500", 32),
        Virtual = new("gpiochip0", "gpio-sim.0-node0", 8);

    [Theory]
    [InlineData("17", "pinctrl-rp1", 17)]
    [InlineData(" 17 ", "pinctrl-rp1", 17)]
    [InlineData("J8:11", "pinctrl-rp1", 17)]
    [InlineData("J8:3", "pinctrl-rp1", 2)]
    [InlineData("J8:40", "pinctrl-rp1", 21)]
    [InlineData("pi5:17", "pinctrl-rp1", 17)]
    [InlineData("pinctrl-rp1:17", "pinctrl-rp1", 17)]
    [InlineData("GPIO17", "pinctrl-rp1", 17)]
    [InlineData("pinctrl-rp1:FAN_PWM", "pinctrl-rp1", 45)]
    [InlineData("FAN_PWM", "pinctrl-rp1", 45)]
    [InlineData("gpio-brcmstb@107d508500:3", "gpio-brcmstb@107d508500", 3)]
    [InlineData("gpiochip10:3", "gpio-brcmstb@107d508500", 3)]
    [InlineData("/dev/gpiochip10:3", "gpio-brcmstb@107d508500", 3)]
    public void On_a_Raspberry_Pi_5(string text, string label, int offset)
    {
        // Neither the position of a chip in the list nor its number identifies the header.
        var gpio = new FakeGpio { Names = { [("pinctrl-rp1", 45)] = "FAN_PWM" } };
        gpio.Machine.Clear();
        gpio.Machine.AddRange([Brcm, Pi5]);

        (GpioChip chip, int line) = new PinLocator(gpio).Find("key", text);

        Assert.Equal((label, offset), (chip.Label, line));
    }

    [Fact]
    public void A_name_of_a_line_is_better_than_a_number_in_it()
    {
        var gpio = new FakeGpio { Names = { [("raspberrypi-exp-gpio", 2)] = "GPIO17" } };

        Assert.Equal((Firmware, 2), new PinLocator(gpio).Find("key", "GPIO17"));
    }

    [Theory]
    [InlineData("58", "pinctrl-bcm2711")]
    [InlineData("pi5:17", "pinctrl-rp1", "pinctrl-bcm2711 (gpiochip0, 58 lines)", "raspberrypi-exp-gpio (gpiochip1, 8 lines)")]
    [InlineData("other:1", "pinctrl-bcm2711 (gpiochip0, 58 lines)")]
    [InlineData("J8:1", "J8:40")]
    [InlineData("J8:41", "J8:40")]
    [InlineData("BUTTON", "pinctrl-bcm2711")]
    [InlineData("TWICE", "pinctrl-bcm2711:1", "raspberrypi-exp-gpio:2")]
    public void A_line_that_does_not_exist_is_an_error_with_key_value_and_alternatives(string text, params string[] parts)
    {
        var gpio = new FakeGpio { Names = { [("pinctrl-bcm2711", 1)] = "TWICE", [("raspberrypi-exp-gpio", 2)] = "TWICE" } };

        string message = Assert.Throws<GpioException>(() => new PinLocator(gpio).Find("key", text)).Message;

        Sentence.AssertNames(message, $"key|'{text}'");
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("17")]
    [InlineData("J8:11")]
    [InlineData("GPIO17")]
    public void On_an_unknown_board_the_chip_must_be_said(string text)
    {
        var gpio = new FakeGpio();
        gpio.Machine.Clear();
        gpio.Machine.Add(Virtual);

        string message = Assert.Throws<GpioException>(() => new PinLocator(gpio).Find("key", text)).Message;

        Assert.Contains("gpio-sim.0-node0 (gpiochip0, 8 lines)", message, StringComparison.Ordinal);
        Assert.Equal((Virtual, 5), new PinLocator(gpio).Find("key", "gpio-sim.0-node0:5"));
    }

    [Fact]
    public void Two_chips_of_one_label_are_told_apart_by_name()
    {
        var gpio = new FakeGpio();
        gpio.Machine.AddRange([new GpioChip("gpiochip2", "ftdi-cbus", 4), new GpioChip("gpiochip3", "ftdi-cbus", 4)]);

        Sentence.AssertNames(
            Assert.Throws<GpioException>(() => new PinLocator(gpio).Find("key", "ftdi-cbus:1")).Message,
            "ftdi-cbus|gpiochip2|gpiochip3"
        );
        Assert.Equal("gpiochip3", new PinLocator(gpio).Find("key", "gpiochip3:1").Chip.Name);
    }

    [Theory]
    [InlineData("17", true)]
    [InlineData("INT33FF:00:3", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData(":17", false)]
    [InlineData("chip:", false)]
    [InlineData("1024", false)]
    [InlineData("99999999999", false)]
    [InlineData("two words", false)]
    [InlineData("a\nb", false)]
    [InlineData("a23456789012345678901234567890123:1", false)]
    public void What_looks_like_a_line(string? text, bool valid) => Assert.Equal(valid, PinAddress.TryParse(text, out _));

    [Fact]
    public void The_header_has_lines_2_to_27_each_once()
    {
        int[] lines =
        [
            .. Enumerable.Range(1, 40).Select(Boards.LineAt).Where(line => line is not null).Select(line => line!.Value).Order(),
        ];

        Assert.Equal(Enumerable.Range(2, 26), lines);
        Assert.Null(Boards.LineAt(27));
    }
}
