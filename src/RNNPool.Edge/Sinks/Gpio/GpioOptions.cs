using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Pins. Section <c>Gpio</c>; see docs/gpio.md.</summary>
[MovedSetting("Pin", "Gpio:Outputs:0:Pin")]
[MovedSetting("Chip", "a part of Gpio:Outputs:0:Pin, as in pinctrl-bcm2711:17,")]
[MovedSetting("ActiveLow", "Gpio:Outputs:0:ActiveLow")]
public sealed class GpioOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Gpio";

    /// <summary>Most outputs, and most inputs.</summary>
    public const int MaxPins = 32;

    /// <summary>Whether to only say in the log what outputs would do; inputs then rest. Default false.</summary>
    public bool Simulated { get; set; }

    /// <summary>Pins that show something. At most 32; default: none.</summary>
    public List<GpioOutputOptions> Outputs { get; set; } = [];

    /// <summary>Pins that decide something. At most 32; default: none.</summary>
    public List<GpioInputOptions> Inputs { get; set; } = [];
}

/// <summary>One output pin.</summary>
public sealed class GpioOutputOptions
{
    /// <summary>
    /// The line: <c>17</c> (line of a Raspberry Pi's header, its BCM number), <c>J8:11</c> (position on that header), <c>pi5:17</c> (the same, of that
    /// board only), <c>GPIO17</c> (name of a line), or <c>pinctrl-rp1:17</c> and <c>pinctrl-rp1:GPIO17</c> (label of the chip, and number or name of the
    /// line). No default.
    /// </summary>
    public string Pin { get; set; } = "";

    /// <summary>
    /// What it shows: <c>occupancy</c>, <c>zone:NAME</c>, <c>label:NAME</c>, <c>heartbeat</c> (while the device does its work), <c>error</c> (while it
    /// does not), <c>detection-on</c>. Default <c>occupancy</c>.
    /// </summary>
    public string Source { get; set; } = "occupancy";

    /// <summary>How it shows it. Default: <see cref="PinPatternKind.Level"/>, and <see cref="PinPatternKind.Blink"/> for <c>heartbeat</c>.</summary>
    public PinPatternKind? Pattern { get; set; }

    /// <summary>Length of a pulse. 1 ms to 1 h; default 0.5 s.</summary>
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Time from one blink to the next; it is on for half of it. 20 ms to 1 h; default 1 s.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the pin is low when it is on. Default false.</summary>
    public bool ActiveLow { get; set; }

    /// <summary>How the line is driven. Default <see cref="PinDrive.PushPull"/>.</summary>
    public PinDrive Drive { get; set; } = PinDrive.PushPull;

    /// <summary>Resistor of the line, where the chip has one. Default <see cref="PinPull.Default"/>.</summary>
    public PinPull Bias { get; set; } = PinPull.Default;
}

/// <summary>One input pin.</summary>
public sealed class GpioInputOptions
{
    /// <summary>The line, as for outputs. No default.</summary>
    public string Pin { get; set; } = "";

    /// <summary>What it decides. Default <see cref="PinFunction.Privacy"/>.</summary>
    public PinFunction Function { get; set; } = PinFunction.Privacy;

    /// <summary>Whether the pin is active when it is low. Default false.</summary>
    public bool ActiveLow { get; set; }

    /// <summary>Resistor of the line, where the chip has one. Default <see cref="PinPull.Default"/>.</summary>
    public PinPull Pull { get; set; } = PinPull.Default;

    /// <summary>How long a level must last to count. 0 s to 10 s; default 0.05 s.</summary>
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
    /// <summary>Active: no frame is looked at and no picture is taken.</summary>
    Privacy,

    /// <summary>Not active: the same.</summary>
    Arming,
}

/// <summary>How a line is driven.</summary>
public enum PinDrive
{
    /// <summary>High and low.</summary>
    PushPull,

    /// <summary>Low only; a resistor pulls it up.</summary>
    OpenDrain,

    /// <summary>High only; a resistor pulls it down.</summary>
    OpenSource,
}

/// <summary>The resistor of a line.</summary>
public enum PinPull
{
    /// <summary>As the board has it.</summary>
    Default,

    /// <summary>None.</summary>
    Off,

    /// <summary>To the supply.</summary>
    Up,

    /// <summary>To ground.</summary>
    Down,
}
