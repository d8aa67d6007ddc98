using System.Device.I2c;

namespace RNNPool.Edge.Hardware.Buses;

/// <summary>An I2C device that exists in memory only.</summary>
public sealed class SimulatedI2cDevice(int bus, int address, ISimulatedPart part, BusRecorder recorder) : I2cDevice
{
    /// <inheritdoc/>
    public override I2cConnectionSettings ConnectionSettings { get; } = new(bus, address);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        recorder.Record(isWrite: true, buffer);
        part.Write(buffer);
    }

    /// <inheritdoc/>
    public override void Read(Span<byte> buffer)
    {
        part.Read(buffer);
        recorder.Record(isWrite: false, buffer);
    }

    /// <inheritdoc/>
    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        Write(writeBuffer);
        Read(readBuffer);
    }
}
