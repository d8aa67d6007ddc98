using System.Buffers.Binary;
using System.Device.I2c;
using System.Device.Pwm;

namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>
/// A channel of a PCA9685 that the binding has initialised. The binding's own channel writes the four registers one by one, and the low
/// byte of a count before its high byte, so that a servo may receive a pulse of another length in between; this one writes them in one
/// transfer (datasheet rev. 4, chapters 7.3.3 and 7.3.1.1: auto-increment, outputs change on STOP).
/// </summary>
internal sealed class Pca9685Channel(I2cDevice device, int channel, int frequency) : PwmChannel
{
    private const int Steps = 4096;
    private const byte FirstRegister = 0x06; // LED0_ON_L
    private const int RegistersPerChannel = 4;
    private const ushort FullOff = 0x1000;

    private double _dutyCycle;
    private bool _isRunning;

    /// <inheritdoc/>
    public override int Frequency
    {
        get => frequency;
        set => throw new NotSupportedException("All channels of a PCA9685 have one frequency.");
    }

    /// <inheritdoc/>
    public override double DutyCycle
    {
        get => _dutyCycle;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1);
            _dutyCycle = value;
            if (_isRunning)
                Write();
        }
    }

    /// <inheritdoc/>
    public override void Start()
    {
        _isRunning = true;
        Write();
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        _isRunning = false;
        Write();
    }

    private void Write()
    {
        ushort off = _isRunning ? (ushort)Math.Min(Math.Round(_dutyCycle * Steps), Steps - 1) : FullOff;
        Span<byte> transfer = stackalloc byte[1 + RegistersPerChannel];
        transfer[0] = (byte)(FirstRegister + (RegistersPerChannel * channel));
        BinaryPrimitives.WriteUInt16LittleEndian(transfer[1..], 0);
        BinaryPrimitives.WriteUInt16LittleEndian(transfer[3..], off);
        device.Write(transfer);
    }
}
