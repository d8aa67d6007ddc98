using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Globalization;

namespace RNNPool.Edge.Gpio;

/// <summary>Opens pins of the kernel's GPIO chips through libgpiod, and simulated ones where there is no chip.</summary>
public sealed partial class OutputPinFactory(ILogger<OutputPinFactory> logger) : IOutputPinFactory
{
    /// <summary>Whether the kernel offers any GPIO chip.</summary>
    public static bool AnyChip => Directory.Exists("/dev") && Directory.EnumerateFiles("/dev", "gpiochip*").Any();

    /// <inheritdoc/>
    public IOutputPin Open(GpioOptions options, bool high)
    {
        ArgumentNullException.ThrowIfNull(options);
        int pin = options.Pin ?? throw new GpioException("Gpio:Pin is not set.");
        if (options.Simulated || !AnyChip)
        {
            if (options.Simulated) LogSimulated(pin);
            else LogNoChip(pin);
            return new SimulatedPin(pin);
        }

        GpioController? controller = null;
        try
        {
            GpioChipInfo chip = Choose([.. LibGpiodDriver.GetAvailableChips()], options.Chip);
            if (pin >= chip.NumLines) throw new GpioException($"Gpio:Pin is {pin}, but {chip.Name} ({chip.Label}) has only {chip.NumLines} lines.");
            controller = new GpioController(new LibGpiodDriver(chip));
            controller.OpenPin(pin, PinMode.Output, high ? PinValue.High : PinValue.Low);
            return new KernelPin(controller, pin, $"GPIO{pin} of {chip.Name} ({chip.Label})");
        }
        catch (Exception exception) when (exception is not GpioException)
        {
            controller?.Dispose();
            throw new GpioException(Explain(exception, pin), exception);
        }
    }

    /// <summary>Finds the chip that the option names. Chips are renumbered between kernels, so a label is the safest name.</summary>
    internal static GpioChipInfo Choose(IReadOnlyCollection<GpioChipInfo> chips, string? wanted)
    {
        if (chips.Count == 0) throw new GpioException("No GPIO chip may be opened; add the user to the group gpio, or set Gpio:Simulated to true.");
        if (string.IsNullOrEmpty(wanted))
        {
            return chips.FirstOrDefault(chip => chip.Label.StartsWith("pinctrl-", StringComparison.Ordinal)) ?? chips.MinBy(chip => chip.Id)!;
        }

        string name = wanted.StartsWith("/dev/", StringComparison.Ordinal) ? wanted["/dev/".Length..] : wanted;
        return chips.FirstOrDefault(chip => chip.Label == name)
            ?? chips.FirstOrDefault(chip => chip.Name == name || chip.Id.ToString(CultureInfo.InvariantCulture) == name)
            ?? throw new GpioException($"Gpio:Chip is '{wanted}', but there is no such chip; there are: {string.Join(", ", chips.Select(chip => $"{chip.Name} ({chip.Label})"))}.");
    }

    private static string Explain(Exception exception, int pin) => exception.GetBaseException() switch
    {
        DllNotFoundException or PlatformNotSupportedException => "libgpiod is not installed; install it with 'sudo apt-get install libgpiod2' (Debian 12) or 'libgpiod3' (Debian 13).",
        UnauthorizedAccessException => "the GPIO chip may not be opened; add the user to the group gpio ('sudo usermod -aG gpio <user>') and log in again.",
        { Message: var message } when message.Contains("EBUSY", StringComparison.Ordinal) || message.Contains("busy", StringComparison.OrdinalIgnoreCase) => $"GPIO{pin} is in use by another program; see 'gpioinfo'.",
        { Message: var message } => $"GPIO{pin} could not be opened: {message.TrimEnd('.')}. Check the chip with 'gpioinfo' and the group gpio.",
    };

    private sealed class KernelPin(GpioController controller, int pin, string description) : IOutputPin
    {
        public string Description => description;

        public void Write(bool high) => controller.Write(pin, high ? PinValue.High : PinValue.Low);

        public void Dispose() => controller.Dispose();
    }

    private sealed class SimulatedPin(int pin) : IOutputPin
    {
        public string Description => $"GPIO{pin} (simulated)";

        public void Write(bool high)
        {
        }

        public void Dispose()
        {
        }
    }
}
