namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>The GPIO chips of a machine.</summary>
public interface IGpioBackend
{
    /// <summary>The chips that this program may open.</summary>
    /// <exception cref="GpioException">There is no chip, or none may be opened; the message contains the fix.</exception>
    IReadOnlyList<GpioChip> Chips();

    /// <summary>Reads the state of a line.</summary>
    /// <exception cref="GpioException">The chip cannot be read.</exception>
    GpioLine Line(GpioChip chip, int offset);

    /// <summary>Requests a line as an output at the given level.</summary>
    /// <exception cref="GpioException">The line cannot be requested; the message contains the fix.</exception>
    IOutputPin OpenOutput(GpioChip chip, int offset, PinDrive drive, PinPull pull, bool high);

    /// <summary>Requests a line as an input.</summary>
    /// <exception cref="GpioException">The line cannot be requested; the message contains the fix.</exception>
    IInputPin OpenInput(GpioChip chip, int offset, PinPull pull);
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

/// <summary>One digital output. Disposing it releases the line.</summary>
public interface IOutputPin : IDisposable
{
    /// <summary>Its name in the log, such as <c>GPIO17 of pinctrl-bcm2711</c>.</summary>
    string Description { get; }

    /// <summary>Drives the line.</summary>
    /// <param name="high">True for the high level.</param>
    /// <exception cref="GpioException">The line is lost because its chip has been removed.</exception>
    void Write(bool high);
}

/// <summary>One digital input. Disposing it releases the line.</summary>
public interface IInputPin : IDisposable
{
    /// <summary>Its name in the log, such as <c>GPIO27 of pinctrl-bcm2711</c>.</summary>
    string Description { get; }

    /// <summary>Whether the line is high.</summary>
    /// <exception cref="GpioException">The line is lost because its chip has been removed.</exception>
    bool Read();
}

/// <summary>A pin could not be opened, driven or read. The message is a sentence that contains the fix.</summary>
public sealed class GpioException(string message, Exception? innerException = null) : Exception(message, innerException);
