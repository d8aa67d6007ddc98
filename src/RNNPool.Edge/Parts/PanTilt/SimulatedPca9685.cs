using RNNPool.Edge.Hardware.Buses;

namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>A PCA9685 that interprets the bytes of an I2C bus as the datasheet (rev. 4, chapter 7.3) says. Thread-safe.</summary>
internal sealed class SimulatedPca9685 : ISimulatedPart
{
    private const byte Mode1 = 0x00,
        Prescale = 0xFE,
        Sleep = 0x10,
        AutoIncrement = 0x20,
        FirstChannel = 0x06,
        AllChannels = 0xFA,
        FullOff = 0x10;
    private const int Channels = 16,
        Steps = 4096;
    private const double Oscillator = 25e6;

    private readonly Lock _lock = new();
    private readonly byte[] _registers = new byte[256];
    private int _pointer;

    /// <summary>Starts with the values of power-up.</summary>
    public SimulatedPca9685()
    {
        _registers[Mode1] = Sleep | 1;
        _registers[0x01] = 0x04;
        _registers[Prescale] = 0x1E;
        for (int channel = 0; channel < Channels; channel++)
            _registers[FirstChannel + (channel * 4) + 3] = FullOff;
    }

    /// <summary>Length of a channel's pulses; zero while it has none.</summary>
    public TimeSpan Pulse(int channel)
    {
        lock (_lock)
        {
            Span<byte> registers = _registers.AsSpan(FirstChannel + (channel * 4), 4);
            if ((_registers[Mode1] & Sleep) != 0 || (registers[3] & FullOff) != 0)
                return TimeSpan.Zero;
            int on = registers[0] | ((registers[1] & 0x0F) << 8),
                off = registers[2] | ((registers[3] & 0x0F) << 8);
            double step = (_registers[Prescale] + 1) / Oscillator;
            return TimeSpan.FromSeconds((off - on + Steps) % Steps * step);
        }
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return;
        lock (_lock)
        {
            _pointer = data[0];
            foreach (byte value in data[1..])
            {
                Set(_pointer, value);
                Advance();
            }
        }
    }

    /// <inheritdoc/>
    public void Read(Span<byte> buffer)
    {
        lock (_lock)
        {
            foreach (ref byte value in buffer)
            {
                value = _registers[_pointer];
                Advance();
            }
        }
    }

    private void Set(int register, byte value)
    {
        // The prescaler is locked while the oscillator runs.
        if (register == Prescale && (_registers[Mode1] & Sleep) == 0)
            return;
        if (register is >= AllChannels and < Prescale)
        {
            for (int channel = 0; channel < Channels; channel++)
                _registers[FirstChannel + (channel * 4) + register - AllChannels] = value;
            return;
        }

        _registers[register] = register == Prescale ? Math.Max(value, (byte)3) : value;
    }

    private void Advance()
    {
        if ((_registers[Mode1] & AutoIncrement) != 0)
            _pointer = (_pointer + 1) % _registers.Length;
    }
}
