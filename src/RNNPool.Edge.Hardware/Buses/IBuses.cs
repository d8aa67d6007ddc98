using System.Device.I2c;
using System.Device.Pwm;
using System.Device.Spi;

namespace RNNPool.Edge.Hardware.Buses;

/// <summary>Opens devices on the buses of a machine. Their calls block for as long as the bus does.</summary>
public interface IBuses
{
    /// <summary>Opens a device on an I2C bus.</summary>
    /// <param name="bus">Number of the bus: 1 is <c>/dev/i2c-1</c>.</param>
    /// <param name="address">7-bit address.</param>
    /// <exception cref="IOException">The bus cannot be opened; the message contains the fix.</exception>
    I2cDevice OpenI2c(int bus, int address);

    /// <summary>Opens a device on an SPI bus.</summary>
    /// <exception cref="IOException">The bus cannot be opened; the message contains the fix.</exception>
    SpiDevice OpenSpi(SpiConnectionSettings settings);

    /// <summary>Opens a channel of a PWM chip; it is stopped until it is started.</summary>
    /// <param name="chip">Number of the chip: 0 is <c>/sys/class/pwm/pwmchip0</c>.</param>
    /// <param name="channel">Number of the channel.</param>
    /// <param name="frequency">Hertz.</param>
    /// <exception cref="IOException">The channel cannot be opened; the message contains the fix.</exception>
    PwmChannel OpenPwm(int chip, int channel, int frequency);
}
