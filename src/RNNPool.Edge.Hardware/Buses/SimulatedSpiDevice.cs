using System.Device.Spi;

namespace RNNPool.Edge.Hardware.Buses;

/// <summary>An SPI device that exists in memory only.</summary>
public sealed class SimulatedSpiDevice(SpiConnectionSettings settings, ISimulatedPart part, BusRecorder recorder) : SpiDevice
{
    /// <inheritdoc/>
    public override SpiConnectionSettings ConnectionSettings { get; } = settings;

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
    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        Write(writeBuffer);
        Read(readBuffer);
    }
}
