namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>The GPIO chips of a machine.</summary>
public interface IGpioBackend
{
    /// <summary>The chips that this program may open.</summary>
    /// <exception cref="GpioException">There is none, or none may be opened; the message is a sentence that fixes it.</exception>
    IReadOnlyList<GpioChip> Chips();

    /// <summary>What is known of a line.</summary>
    /// <exception cref="GpioException">The chip cannot be asked.</exception>
    GpioLine Line(GpioChip chip, int offset);

    /// <summary>Takes a line as an output at the given level.</summary>
    /// <exception cref="GpioException">It cannot be taken; the message is a sentence that fixes it.</exception>
    IOutputPin OpenOutput(GpioChip chip, int offset, PinDrive drive, PinPull pull, bool high);

    /// <summary>Takes a line as an input.</summary>
    /// <exception cref="GpioException">It cannot be taken; the message is a sentence that fixes it.</exception>
    IInputPin OpenInput(GpioChip chip, int offset, PinPull pull);
}

/// <summary>A GPIO chip.</summary>
/// <param name="Name">Name of its device, such as <c>gpiochip0</c>; it may change with the next kernel.</param>
/// <param name="Label">Label of its driver, such as <c>pinctrl-bcm2711</c>.</param>
/// <param name="Lines">How many lines it has.</param>
public readonly record struct GpioChip(string Name, string Label, int Lines);

/// <summary>A line of a chip.</summary>
/// <param name="Name">What the board calls it, such as <c>GPIO17</c>; empty when it has no name.</param>
/// <param name="Used">Whether somebody holds it.</param>
/// <param name="Consumer">Who holds it, as they call themselves; may be empty.</param>
public readonly record struct GpioLine(string Name, bool Used, string Consumer);

/// <summary>One digital output. Disposing it releases the line.</summary>
public interface IOutputPin : IDisposable
{
    /// <summary>What the log calls it, such as <c>GPIO17 of pinctrl-bcm2711</c>.</summary>
    string Description { get; }

    /// <summary>Drives the line.</summary>
    /// <param name="high">True for the high level.</param>
    /// <exception cref="GpioException">The line is lost, its chip gone.</exception>
    void Write(bool high);
}

/// <summary>One digital input. Disposing it releases the line.</summary>
public interface IInputPin : IDisposable
{
    /// <summary>What the log calls it, such as <c>GPIO27 of pinctrl-bcm2711</c>.</summary>
    string Description { get; }

    /// <summary>Whether the line is high.</summary>
    /// <exception cref="GpioException">The line is lost, its chip gone.</exception>
    bool Read();
}

/// <summary>A pin could not be opened, driven or read. The message is a sentence that names what to do about it.</summary>
public sealed class GpioException(string message, Exception? innerException = null) : Exception(message, innerException);
