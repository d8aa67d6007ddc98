using System.Device.I2c;
using System.Device.Pwm;
using Iot.Device.Pwm;
using Iot.Device.ServoMotor;
using RNNPool.Edge.Hardware.Buses;

namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>The two servos, by the binding <c>ServoMotor</c>.</summary>
internal sealed class ServoPair : IDisposable
{
    /// <summary>Pulses a second, as nearly all servos take them.</summary>
    public const int Frequency = 50;

    private readonly PanTiltOptions _options;
    private readonly ServoMotor _pan,
        _tilt;
    private readonly I2cDevice? _device;

    private ServoPair(PanTiltOptions options, PwmChannel pan, PwmChannel tilt, I2cDevice? device)
    {
        _options = options;
        _device = device;
        _pan = new ServoMotor(pan, options.ServoRange, options.MinPulse, options.MaxPulse);
        _tilt = new ServoMotor(tilt, options.ServoRange, options.MinPulse, options.MaxPulse);
    }

    /// <summary>Opens the source of the pulses; there are none until <see cref="Start"/>.</summary>
    public static ServoPair Open(PanTiltOptions options, IBuses buses)
    {
        (int pan, int tilt) = (options.Pan.Channel, options.Tilt.Channel);
        return options.Driver == PanTiltDriver.Pwm
            ? OpenPwm(options, buses.OpenPwm(options.PwmChip, pan, Frequency), () => buses.OpenPwm(options.PwmChip, tilt, Frequency))
            : OpenPca9685(options, buses.OpenI2c(options.Bus, options.Address));
    }

    /// <summary>Turns both servos.</summary>
    public void Write(double pan, double tilt)
    {
        _pan.WriteAngle(ServoAngle(pan, _options.Pan));
        _tilt.WriteAngle(ServoAngle(tilt, _options.Tilt));
    }

    /// <summary>Starts the pulses.</summary>
    public void Start()
    {
        _pan.Start();
        _tilt.Start();
    }

    /// <summary>Ends the pulses; the servos no longer hold their angles.</summary>
    public void Stop()
    {
        _pan.Stop();
        _tilt.Stop();
    }

    public void Dispose()
    {
        _pan.Dispose();
        _tilt.Dispose();
        _device?.Dispose();
    }

    private static ServoPair OpenPwm(PanTiltOptions options, PwmChannel pan, Func<PwmChannel> openTilt)
    {
        try
        {
            return new ServoPair(options, pan, openTilt(), null);
        }
        catch
        {
            pan.Dispose();
            throw;
        }
    }

    private static ServoPair OpenPca9685(PanTiltOptions options, I2cDevice device)
    {
        try
        {
            // It sets modes and frequency, and would dispose the bus. The channels keep what they had.
            _ = new Pca9685(device, Frequency);
            return new ServoPair(
                options,
                new Pca9685Channel(device, options.Pan.Channel, Frequency),
                new Pca9685Channel(device, options.Tilt.Channel, Frequency),
                device
            );
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    private double ServoAngle(double angle, PanTiltAxisOptions axis) => (_options.ServoRange / 2) + (axis.Inverted ? -angle : angle);
}
