using System.Device.Gpio;

namespace RNNPool.Edge.Hardware.Gpio;

/// <summary>Opens lines by their address in the settings, or simulated ones.</summary>
public sealed class PinFactory(IGpioChips chips, SimulatedPins simulated)
{
    private readonly PinLocator _locator = new(chips);

    /// <summary>Opens an output at a level.</summary>
    /// <param name="key">Key of the setting, for messages.</param>
    /// <param name="address">The line.</param>
    /// <param name="high">Its first level.</param>
    /// <param name="isSimulated">Whether the line is simulated.</param>
    /// <param name="options">How it is driven.</param>
    /// <exception cref="GpioException">It cannot be opened; the message is a sentence for the user.</exception>
    public OpenPin OpenOutput(string key, string address, bool high, bool isSimulated, LineOptions options = default)
    {
        (GpioDriver driver, int number, string description) = Driver(key, address, isSimulated, options);
        return OpenPin.Open(driver, number, description, PinMode.Output, high);
    }

    /// <summary>Opens an input.</summary>
    /// <param name="key">Key of the setting, for messages.</param>
    /// <param name="address">The line.</param>
    /// <param name="pull">Its resistor.</param>
    /// <param name="isSimulated">Whether the line is simulated.</param>
    /// <param name="rest">Level of a simulated line until it is driven.</param>
    /// <exception cref="GpioException">It cannot be opened; the message is a sentence for the user.</exception>
    public OpenPin OpenInput(string key, string address, PinPull pull, bool isSimulated, bool rest = false)
    {
        if (isSimulated)
            simulated[address].Rest(rest);
        (GpioDriver driver, int number, string description) = Driver(key, address, isSimulated, new LineOptions(Pull: pull));
        return OpenPin.Open(driver, number, description, PinMode.Input);
    }

    private (GpioDriver Driver, int Number, string Description) Driver(string key, string address, bool isSimulated, LineOptions options)
    {
        if (isSimulated)
            return (simulated.CreateDriver(address), 0, $"{(address.All(char.IsAsciiDigit) ? "GPIO" : "")}{address} (simulated)");
        (GpioChip chip, int offset) = _locator.Find(key, address);
        return (chips.CreateDriver(chip, options), offset, PinLocator.Describe(chip, offset, chips.Line(chip, offset).Name));
    }
}
