using System.Buffers.Binary;
using System.Device.I2c;

namespace RNNPool.Edge.Parts.LightSensor;

/// <summary>
/// A TSL2561 with an integration time of 402 ms. The binding Tsl256x of Iot.Device.Bindings 4.2.0 is not used: it reads one byte of the
/// infrared channel, divides the channels as integers and scales the wrong gain, so that its lux are wrong. Registers and formulas are
/// those of the datasheet TAOS059N (March 2009), pages 13 to 23.
/// </summary>
internal sealed class Tsl2561 : ILightMeter
{
    /// <summary>Addresses with the pin ADDR SEL open, low and high.</summary>
    public static readonly IReadOnlyList<int> Addresses = [0x39, 0x29, 0x49];

    // The command bit selects a register, the word bit reads two bytes.
    private const byte Command = 0x80,
        Word = 0x20,
        Control = 0x00,
        Timing = 0x01,
        Id = 0x0A,
        Data0 = 0x0C,
        Data1 = 0x0E;

    private const byte PowerUp = 0x03,
        Integrate402Ms = 0x02,
        HighGain = 0x10;

    private const int Gain = 16;

    /// <summary>Counts above which a channel is close to its end at 65535, and below which the high gain is not.</summary>
    private const int TooBright = 60000,
        TooDim = 3000;

    private readonly I2cDevice _device;
    private readonly bool _isCs;
    private bool _highGain = true;
    private bool _started;

    public Tsl2561(I2cDevice device)
    {
        _device = device;
        Write(Control, PowerUp);

        // The upper half is the part number: 0 and 1 are the CS package, whose glass transmits more infrared.
        Span<byte> id = stackalloc byte[1];
        _device.WriteRead([Command | Id], id);
        _isCs = id[0] >> 4 <= 1;
        WriteTiming();
    }

    /// <summary>Two integrations, because the one that runs while the gain changes is invalid.</summary>
    public TimeSpan MeasuringTime => TimeSpan.FromMilliseconds(850);

    public double? Read()
    {
        if (!_started)
        {
            _started = true;
            return null;
        }

        int both = ReadChannel(Data0),
            infrared = ReadChannel(Data1);
        bool highGain = _highGain ? Math.Max(both, infrared) <= TooBright : both < TooDim && infrared < TooDim;
        if (highGain != _highGain)
        {
            _highGain = highGain;
            WriteTiming();
            return null;
        }

        int scale = highGain ? 1 : Gain;
        return Lux(both * scale, infrared * scale, _isCs);
    }

    public void Dispose() => _device.Dispose();

    /// <summary>Illuminance by the datasheet's empirical formulas.</summary>
    /// <param name="both">Counts of the channel of visible and infrared light, at 402 ms and the high gain.</param>
    /// <param name="infrared">Counts of the infrared channel.</param>
    /// <param name="isCs">Whether the package is CS.</param>
    public static double Lux(double both, double infrared, bool isCs)
    {
        if (both <= 0)
            return 0;
        double ratio = infrared / both;
        double lux = (isCs, ratio) switch
        {
            (true, <= 0.52) => (0.0315 * both) - (0.0593 * both * Math.Pow(ratio, 1.4)),
            (true, <= 0.65) => (0.0229 * both) - (0.0291 * infrared),
            (true, <= 0.80) => (0.0157 * both) - (0.0180 * infrared),
            (true, <= 1.30) => (0.00338 * both) - (0.00260 * infrared),
            (false, <= 0.50) => (0.0304 * both) - (0.062 * both * Math.Pow(ratio, 1.4)),
            (false, <= 0.61) => (0.0224 * both) - (0.031 * infrared),
            (false, <= 0.80) => (0.0128 * both) - (0.0153 * infrared),
            (false, <= 1.30) => (0.00146 * both) - (0.00112 * infrared),
            _ => 0,
        };
        return Math.Max(0, lux);
    }

    private int ReadChannel(byte register)
    {
        Span<byte> word = stackalloc byte[2];
        _device.WriteRead([(byte)(Command | Word | register)], word);
        return BinaryPrimitives.ReadUInt16LittleEndian(word);
    }

    private void WriteTiming() => Write(Timing, (byte)(Integrate402Ms | (_highGain ? HighGain : 0)));

    private void Write(byte register, byte value) => _device.Write([(byte)(Command | register), value]);
}
