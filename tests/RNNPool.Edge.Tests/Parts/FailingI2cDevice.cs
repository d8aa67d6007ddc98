using System.Device.I2c;

namespace RNNPool.Edge.Tests.Parts;

/// <summary>A device that does not acknowledge its address.</summary>
internal sealed class FailingI2cDevice(int bus, int address) : I2cDevice
{
    public override I2cConnectionSettings ConnectionSettings { get; } = new(bus, address);

    public override void Read(Span<byte> buffer) => throw new IOException("Error 121 performing I2C data transfer.");

    public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Error 121 performing I2C data transfer.");

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => Write(writeBuffer);
}
