using System.Device.I2c;
using Iot.Device.Bh1750fvi;

namespace RNNPool.Edge.Parts.LightSensor;

/// <summary>
/// A BH1750FVI in continuous mode. The binding writes the mode before it reads the register, which holds the result of the last measurement
/// that was finished; after the start, that is none.
/// </summary>
internal sealed class Bh1750(I2cDevice device) : ILightMeter
{
    /// <summary>Addresses with the pin ADDR low and high.</summary>
    public static readonly IReadOnlyList<int> Addresses = [0x23, 0x5C];

    private readonly Bh1750fvi _chip = new(device);
    private bool _started;

    /// <summary>Longest time of a measurement with one lux of resolution, from the datasheet, and a margin.</summary>
    public TimeSpan MeasuringTime => TimeSpan.FromMilliseconds(200);

    public double? Read()
    {
        double lux = _chip.Illuminance.Lux;
        bool valid = _started;
        _started = true;
        return valid ? lux : null;
    }

    public void Dispose() => _chip.Dispose();
}
