using System.Collections.Concurrent;
using System.Device.I2c;
using System.Device.Pwm;
using System.Device.Spi;
using RNNPool.Edge.Hardware.Buses;

namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>A PCA9685 and PWM channels that exist in memory only. Thread-safe.</summary>
internal sealed class SimulatedServos(BusRecorder recorder) : IBuses
{
    private readonly SimulatedPca9685 _chip = new();
    private readonly ConcurrentDictionary<int, SimulatedPwmChannel> _channels = new();

    /// <summary>Length of the pulses that a servo receives; zero while it has none.</summary>
    public TimeSpan Pulse(PanTiltDriver driver, int channel) =>
        driver == PanTiltDriver.Pca9685 ? _chip.Pulse(channel)
        : _channels.TryGetValue(channel, out SimulatedPwmChannel? open) ? open.PulseWidth
        : TimeSpan.Zero;

    /// <inheritdoc/>
    public I2cDevice OpenI2c(int bus, int address) => new SimulatedI2cDevice(bus, address, _chip, recorder);

    /// <inheritdoc/>
    public PwmChannel OpenPwm(int chip, int channel, int frequency) => _channels[channel] = new SimulatedPwmChannel(frequency);

    /// <inheritdoc/>
    public SpiDevice OpenSpi(SpiConnectionSettings settings) => throw new NotSupportedException("A servo has no SPI.");
}
