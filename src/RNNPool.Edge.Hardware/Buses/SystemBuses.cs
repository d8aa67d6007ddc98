using System.Device.I2c;
using System.Device.Pwm;
using System.Device.Spi;

namespace RNNPool.Edge.Hardware.Buses;

/// <summary>The buses of Linux, by System.Device.Gpio. A missing bus gets a sentence that contains the fix.</summary>
public sealed class SystemBuses : IBuses
{
    /// <inheritdoc/>
    public I2cDevice OpenI2c(int bus, int address)
    {
        Require($"/dev/i2c-{bus}", "i2c", "'sudo raspi-config nonint do_i2c 0'");
        return new AddressedI2cDevice(I2cDevice.Create(new I2cConnectionSettings(bus, address)));
    }

    /// <inheritdoc/>
    public SpiDevice OpenSpi(SpiConnectionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Require($"/dev/spidev{settings.BusId}.{Math.Max(settings.ChipSelectLine, 0)}", "spi", "'sudo raspi-config nonint do_spi 0'");
        return SpiDevice.Create(settings);
    }

    /// <inheritdoc/>
    public PwmChannel OpenPwm(int chip, int channel, int frequency)
    {
        string path = $"/sys/class/pwm/pwmchip{chip}";
        if (!Directory.Exists(path))
            throw new IOException($"This machine has no {path}; enable it with 'dtoverlay=pwm' in config.txt and restart the machine.");
        try
        {
            return PwmChannel.Create(chip, channel, frequency, 0);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"Channel {channel} of {path} cannot be opened: {exception.Message}", exception);
        }
    }

    private static void Require(string path, string group, string command)
    {
        if (!File.Exists(path))
            throw new IOException($"{path} is missing; enable the bus with {command} and restart the machine.");
        try
        {
            using FileStream opened = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"{path} may not be opened by this user; add it to the group {group} and log in again.", exception);
        }
    }
}
