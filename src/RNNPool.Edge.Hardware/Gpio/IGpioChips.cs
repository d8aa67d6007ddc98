using System.Device.Gpio;

namespace RNNPool.Edge.Hardware.Gpio;

/// <summary>The GPIO chips of a machine. Chips are found by label, because their numbers change between kernels.</summary>
public interface IGpioChips
{
    /// <summary>The chips that this program may open.</summary>
    /// <exception cref="GpioException">There is no chip, or none may be opened; the message contains the fix.</exception>
    IReadOnlyList<GpioChip> List();

    /// <summary>Reads the state of a line.</summary>
    /// <exception cref="GpioException">The chip cannot be read.</exception>
    GpioLine Line(GpioChip chip, int offset);

    /// <summary>Creates a driver whose pins are the lines of a chip. Nothing is requested before a pin is opened.</summary>
    /// <param name="chip">The chip.</param>
    /// <param name="options">How the driver drives its lines, besides <see cref="PinMode"/>.</param>
    GpioDriver CreateDriver(GpioChip chip, LineOptions options);
}

/// <summary>A GPIO chip.</summary>
/// <param name="Name">Name of its device, such as <c>gpiochip0</c>; it may change with the next kernel.</param>
/// <param name="Label">Label of its driver, such as <c>pinctrl-bcm2711</c>.</param>
/// <param name="Lines">Number of lines.</param>
public readonly record struct GpioChip(string Name, string Label, int Lines);

/// <summary>A line of a chip.</summary>
/// <param name="Name">Its name on the board, such as <c>GPIO17</c>; empty without a name.</param>
/// <param name="Used">Whether a process uses it.</param>
/// <param name="Consumer">Name that this process has given; may be empty.</param>
public readonly record struct GpioLine(string Name, bool Used, string Consumer);

/// <summary>What <see cref="PinMode"/> cannot express.</summary>
/// <param name="Drive">How an output is driven.</param>
/// <param name="Pull">Resistor of the line; a mode with a resistor of its own takes precedence.</param>
public readonly record struct LineOptions(PinDrive Drive = PinDrive.PushPull, PinPull Pull = PinPull.Default);

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
    /// <summary>As configured on the board.</summary>
    Default,

    /// <summary>None.</summary>
    Off,

    /// <summary>To the supply.</summary>
    Up,

    /// <summary>To ground.</summary>
    Down,
}

/// <summary>A pin could not be opened, driven or read. The message is a sentence that contains the fix.</summary>
public sealed class GpioException(string message, Exception? innerException = null) : IOException(message, innerException);
