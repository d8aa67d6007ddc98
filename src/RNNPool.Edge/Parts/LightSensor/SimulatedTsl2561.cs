using System.Buffers.Binary;
using RNNPool.Edge.Hardware.Buses;

namespace RNNPool.Edge.Parts.LightSensor;

/// <summary>A TSL2561 in package T in memory, under light whose infrared part is 30 % of the counts.</summary>
internal sealed class SimulatedTsl2561(TimeProvider timeProvider) : ISimulatedPart
{
    private const double Infrared = 0.3;
    private const byte Control = 0x00,
        Timing = 0x01,
        Id = 0x0A,
        Data0 = 0x0C;

    private static readonly TimeSpan IntegrationTime = TimeSpan.FromMilliseconds(402);
    private static readonly double CountsPerLux = 1 / Tsl2561.Lux(1, Infrared, isCs: false);

    private readonly Lock _lock = new();
    private readonly byte[] _registers = new byte[16];
    private int _at;
    private long? _started;

    public SimulatedTsl2561(TimeProvider timeProvider, byte id)
        : this(timeProvider) => _registers[Id] = id;

    /// <summary>The illuminance at the sensor.</summary>
    public double Lux { get; set; } = 100;

    public void Write(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            _at = data[0] & 0x0F;
            foreach (byte value in data[1..])
            {
                if (_at is Control or Timing)
                    _started = timeProvider.GetTimestamp();
                _registers[_at++ & 0x0F] = value;
            }
        }
    }

    public void Read(Span<byte> buffer)
    {
        lock (_lock)
        {
            Integrate();
            foreach (ref byte value in buffer)
                value = _registers[_at++ & 0x0F];
        }
    }

    private void Integrate()
    {
        if ((_registers[Control] & 0x03) != 0x03 || _started is not { } started || timeProvider.GetElapsedTime(started) < IntegrationTime)
            return;
        double counts = Lux * CountsPerLux / ((_registers[Timing] & 0x10) != 0 ? 1 : 16);
        Span<byte> data = _registers.AsSpan(Data0);
        BinaryPrimitives.WriteUInt16LittleEndian(data, (ushort)Math.Clamp(counts, 0, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16LittleEndian(data[2..], (ushort)Math.Clamp(counts * Infrared, 0, ushort.MaxValue));
    }
}
