using RNNPool.Edge.Hardware.Gpio;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Pins. Section <c>Gpio</c>; see docs/gpio.md.</summary>
[MovedSetting("Pin", "Gpio:Outputs:0:Pin")]
[MovedSetting("Chip", "Gpio:Outputs:0:Pin with the chip, as in pinctrl-bcm2711:17")]
[MovedSetting("ActiveLow", "Gpio:Outputs:0:ActiveLow")]
public sealed class GpioOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Gpio";

    /// <summary>Most outputs, and most inputs.</summary>
    public const int MaxPins = 32;

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Whether outputs are only logged and inputs are not read.")]
    public bool Simulated { get; set; }

    [Setting("Output pins.")]
    [SettingCount(MaxPins)]
    public List<GpioOutputOptions> Outputs { get; set; } = [];

    [Setting("Input pins.")]
    [SettingCount(MaxPins)]
    public List<GpioInputOptions> Inputs { get; set; } = [];
}

/// <summary>One output pin.</summary>
public sealed class GpioOutputOptions
{
    [Setting(
        "Line: number or name on the header of a Raspberry Pi (`17`, `J8:11`, `GPIO17`), "
            + "or label of the chip and line (`pinctrl-rp1:17`); see gpio.md.",
        Allowed = "a line",
        Required = true,
        NumberAllowed = true
    )]
    [SettingPattern(PinAddress.Pattern, PinAddress.Allowed)]
    public string Pin { get; set; } = "";

    [Setting("State that the pin shows.", Allowed = "occupancy, zone:NAME, label:NAME, heartbeat, error, detection-on")]
    [SettingPattern(PinSource.Pattern, "one of occupancy, zone:NAME, label:NAME, heartbeat, error, detection-on")]
    public string Source { get; set; } = "occupancy";

    [Setting("Camera whose presences count, for occupancy and label:NAME. A zone belongs to one camera.", Default = "all cameras")]
    [SettingText(1, 64)]
    public string? Camera { get; set; }

    [Setting("Pattern in which the pin shows the state.", Default = "Level; Blink for heartbeat")]
    public PinPatternKind? Pattern { get; set; }

    [Setting("Length of a pulse.")]
    [SettingRange("00:00:00.001", "01:00:00")]
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(0.5);

    [Setting("Time from one blink to the next; the pin is on for half of it.")]
    [SettingRange("00:00:00.02", "01:00:00")]
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(1);

    [Setting("Whether the pin is low when it is on.")]
    public bool ActiveLow { get; set; }

    [Setting("How the line is driven.")]
    public PinDrive Drive { get; set; } = PinDrive.PushPull;

    [Setting("Resistor of the line, where the chip has one.")]
    public PinPull Bias { get; set; } = PinPull.Default;
}

/// <summary>One input pin.</summary>
public sealed class GpioInputOptions
{
    [Setting("Line, as for outputs.", Allowed = "a line", Required = true, NumberAllowed = true)]
    [SettingPattern(PinAddress.Pattern, PinAddress.Allowed)]
    public string Pin { get; set; } = "";

    [Setting("Function of the input: Privacy pauses the device while the pin is active, Arming while it is not.")]
    public PinFunction Function { get; set; } = PinFunction.Privacy;

    [Setting("Whether the pin is active when it is low.")]
    public bool ActiveLow { get; set; }

    [Setting("Resistor of the line, where the chip has one.")]
    public PinPull Pull { get; set; } = PinPull.Default;

    [Setting("Debounce time: how long a new level must last to count.")]
    [SettingRange("00:00:00", "00:00:10")]
    public TimeSpan Debounce { get; set; } = TimeSpan.FromSeconds(0.05);
}

/// <summary>How an output shows that its source is on.</summary>
public enum PinPatternKind
{
    /// <summary>On as long as the source.</summary>
    Level,

    /// <summary>On for a while when the source turns on.</summary>
    Pulse,

    /// <summary>On and off in turn while the source is on.</summary>
    Blink,
}

/// <summary>What an input decides.</summary>
public enum PinFunction
{
    /// <summary>While the input is active, no frame is analysed and no picture is taken.</summary>
    Privacy,

    /// <summary>While the input is not active, no frame is analysed and no picture is taken.</summary>
    Arming,
}
