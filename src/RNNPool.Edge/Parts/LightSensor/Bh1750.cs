using System.Buffers.Binary;
using System.Device.I2c;

namespace RNNPool.Edge.Parts.LightSensor;

/// <summary>
/// A BH1750FVI that measures continuously with one lux of resolution, by its datasheet (Rohm, revision D). The binding Bh1750fvi of
/// Iot.Device.Bindings 4.2.0 is not used: its result is a quantity of UnitsNet, which registers all its units when one is used and took a
/// fifth of the native program.
/// </summary>
internal sealed class Bh1750 : ILightMeter
{
    /// <summary>Addresses with the pin ADDR low and high.</summary>
    public static readonly IReadOnlyList<int> Addresses = [0x23, 0x5C];

    private const byte PowerOn = 0x01,
        Reset = 0x07,
        MeasureContinuously = 0x10,
        TimeHighBits = 0x40,
        TimeLowBits = 0x60;

    /// <summary>The default measurement time, in units of the chip, and the counts of one lux with it.</summary>
    private const int DefaultTime = 69;
    private const double CountsPerLux = 1.2;

    private readonly I2cDevice _device;
    private bool _started;

    public Bh1750(I2cDevice device)
    {
        _device = device;

        // Another program may have left another measurement time.
        foreach (byte instruction in (byte[])[PowerOn, Reset, TimeHighBits | (DefaultTime >> 5), TimeLowBits | (DefaultTime & 0x1F)])
            _device.WriteByte(instruction);
    }

    /// <summary>Longest time of a measurement with one lux of resolution, from the datasheet, and a margin.</summary>
    public TimeSpan MeasuringTime => TimeSpan.FromMilliseconds(200);

    public double? Read()
    {
        // The register keeps the last result while a measurement runs. A chip that lost its power in the meantime starts again.
        _device.Write([PowerOn]);
        _device.Write([MeasureContinuously]);
        if (!_started)
        {
            _started = true;
            return null;
        }

        Span<byte> counts = stackalloc byte[2];
        _device.Read(counts);
        return BinaryPrimitives.ReadUInt16BigEndian(counts) / CountsPerLux;
    }

    public void Dispose() => _device.Dispose();
}
