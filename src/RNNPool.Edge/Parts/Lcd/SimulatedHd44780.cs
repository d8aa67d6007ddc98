using RNNPool.Edge.Hardware.Buses;

namespace RNNPool.Edge.Parts.Lcd;

/// <summary>
/// An HD44780 behind a PCF8574 as on common adapters: bit 0 is RS, 1 RW, 2 E, 3 the backlight, 4 to 7 the upper half of the data. It
/// interprets the nibbles as the datasheet (HD44780U, tables 4 and 6, figure 24) says. Thread-safe.
/// </summary>
internal sealed class SimulatedHd44780 : ISimulatedPart
{
    private const byte RegisterSelect = 1,
        ReadWrite = 2,
        Enable = 4,
        Backlight = 8;
    private const int SecondLine = 0x40,
        LineLength = 40;

    private readonly Lock _lock = new();
    private readonly byte[] _memory = new byte[2 * SecondLine];
    private byte _pins;
    private int _upper = -1;
    private int _address;
    private bool _isEightBit = true,
        _isTwoLine,
        _isOn,
        _isCharacterMemory,
        _decrements;

    /// <summary>After power-up the memory holds spaces.</summary>
    public SimulatedHd44780() => _memory.AsSpan().Fill((byte)' ');

    /// <summary>Whether the backlight is on.</summary>
    public bool IsLit
    {
        get
        {
            lock (_lock)
                return (_pins & Backlight) != 0;
        }
    }

    /// <summary>What a person sees; a row that the display does not drive is empty.</summary>
    public IReadOnlyList<string> Lines(int columns, int rows)
    {
        lock (_lock)
        {
            // The third and the fourth row of a display continue the first and the second.
            return
            [
                .. Enumerable
                    .Range(0, rows)
                    .Select(row => (row % 2 * SecondLine) + (row / 2 * columns))
                    .Select(start =>
                        _isOn && (_isTwoLine || start < SecondLine)
                            ? new string([.. _memory.AsSpan(start, columns).ToArray().Select(code => (char)code)])
                            : new string(' ', columns)
                    ),
            ];
        }
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            foreach (byte pins in data)
            {
                // The falling edge of E takes the pins as they were before it.
                if ((_pins & Enable) != 0 && (pins & Enable) == 0 && (_pins & ReadWrite) == 0)
                    Take(_pins >> 4, (_pins & RegisterSelect) != 0);
                _pins = pins;
            }
        }
    }

    /// <inheritdoc/>
    public void Read(Span<byte> buffer)
    {
        lock (_lock)
            buffer.Fill(_pins);
    }

    private void Take(int nibble, bool isData)
    {
        if (_isEightBit)
        {
            // The lower half of the data is not connected.
            Execute((byte)(nibble << 4), isData);
            return;
        }

        if (_upper < 0)
        {
            _upper = nibble;
            return;
        }

        byte value = (byte)((_upper << 4) | nibble);
        _upper = -1;
        Execute(value, isData);
    }

    private void Execute(byte value, bool isData)
    {
        if (isData)
        {
            if (!_isCharacterMemory)
                _memory[_address] = value;
            Advance();
            return;
        }

        // The highest bit that is set selects the instruction.
        switch (value)
        {
            case >= 0x80:
                _address = value & 0x7F;
                _isCharacterMemory = false;
                break;
            case >= 0x40:
                _isCharacterMemory = true;
                break;
            case >= 0x20:
                _isEightBit = (value & 0x10) != 0;
                _isTwoLine = (value & 8) != 0;
                break;
            case >= 0x10:
                break;
            case >= 0x08:
                _isOn = (value & 4) != 0;
                break;
            case >= 0x04:
                _decrements = (value & 2) == 0;
                break;
            case >= 0x02:
                Home();
                break;
            case 0x01:
                _memory.AsSpan().Fill((byte)' ');
                _decrements = false;
                Home();
                break;
        }
    }

    private void Home()
    {
        _address = 0;
        _isCharacterMemory = false;
    }

    private void Advance()
    {
        int line = _address >= SecondLine ? SecondLine : 0,
            column = _address - line + (_decrements ? -1 : 1);
        if (column is < 0 or >= LineLength)
            line = SecondLine - line;
        _address = line + ((column + LineLength) % LineLength);
    }
}
