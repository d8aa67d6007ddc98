using System.Device.I2c;
using System.Globalization;

namespace RNNPool.Edge.Hardware.Buses;

/// <summary>An I2C device whose errors name its bus and address, because the kernel's name neither.</summary>
public sealed class AddressedI2cDevice(I2cDevice device) : I2cDevice
{
    /// <inheritdoc/>
    public override I2cConnectionSettings ConnectionSettings => device.ConnectionSettings;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            device.Write(buffer);
        }
        catch (IOException exception)
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    public override void Read(Span<byte> buffer)
    {
        try
        {
            device.Read(buffer);
        }
        catch (IOException exception)
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        try
        {
            device.WriteRead(writeBuffer, readBuffer);
        }
        catch (IOException exception)
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            device.Dispose();
        base.Dispose(disposing);
    }

    private IOException Describe(IOException exception)
    {
        (int bus, int address) = (ConnectionSettings.BusId, ConnectionSettings.DeviceAddress);
        return new IOException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"No device answers at address {address} (0x{address:X2}) of /dev/i2c-{bus}; check its wiring, and its address with "
            ) + string.Create(CultureInfo.InvariantCulture, $"'i2cdetect -y {bus}' ({exception.Message.TrimEnd('.')})."),
            exception
        );
    }
}
