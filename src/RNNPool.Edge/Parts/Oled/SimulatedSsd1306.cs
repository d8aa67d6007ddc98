using RNNPool.Edge.Hardware.Buses;

namespace RNNPool.Edge.Parts.Oled;

/// <summary>
/// An SSD1306 on a module of 128 x 64 pixels whose picture is upright with remapped segments and rows, as on common boards. It
/// interprets the bytes of an I2C bus as the datasheet (SSD1306 rev. 1.1, chapters 8.1.5, 8.7 and 10.1) specifies. Thread-safe.
/// </summary>
internal sealed class SimulatedSsd1306 : ISimulatedPart
{
    private const int Columns = OledPanel.Columns,
        Pages = OledPanel.Rows / 8,
        Rows = OledPanel.Rows;
    private const byte Continuation = 0x80,
        DataByte = 0x40;

    private readonly Lock _lock = new();
    private readonly byte[] _memory = new byte[Columns * Pages];
    private readonly List<byte> _command = [];
    private AddressingMode _mode = AddressingMode.Page;
    private int _firstColumn,
        _lastColumn = Columns - 1,
        _firstPage,
        _lastPage = Pages - 1;
    private int _column,
        _page;
    private int _startLine,
        _offset,
        _ratio = Rows - 1;
    private bool _isOn,
        _hasChargePump,
        _remapsSegments,
        _remapsRows,
        _isInverted,
        _isAllLit;

    /// <summary>After power-up the memory holds anything.</summary>
    public SimulatedSsd1306() => new Random(1306).NextBytes(_memory);

    private enum AddressingMode
    {
        Horizontal = 0,
        Vertical = 1,
        Page = 2,
    }

    /// <summary>Contrast, 0 to 255.</summary>
    public byte Contrast { get; private set; } = 0x7F;

    /// <summary>Whether the panel is lit: it is on, and the charge pump supplies it.</summary>
    public bool IsLit
    {
        get
        {
            lock (_lock)
                return _isOn && _hasChargePump;
        }
    }

    /// <summary>What a person sees.</summary>
    public PixelCanvas Glass()
    {
        var glass = new PixelCanvas(Columns, Rows);
        lock (_lock)
        {
            if (!_isOn || !_hasChargePump)
                return glass;
            for (int row = 0; row <= _ratio; row++)
            {
                int line = (row + _startLine + _offset) % Rows;
                for (int segment = 0; segment < Columns; segment++)
                {
                    bool isSet = (_memory[(line / 8 * Columns) + segment] >> (line % 8) & 1) != 0;

                    // The module carries the chip upside down: remapped rows begin at its top, and segment 127 is its first column.
                    glass[Columns - 1 - segment, _remapsRows ? row : Rows - 1 - row] = _isAllLit || isSet != _isInverted;
                }
            }
        }

        return glass;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            while (data.Length >= 2)
            {
                byte control = data[0];
                bool single = (control & Continuation) != 0;
                ReadOnlySpan<byte> rest = single ? data[1..2] : data[1..];
                foreach (byte value in rest)
                {
                    if ((control & DataByte) != 0)
                        Store(value);
                    else
                        Take(value);
                }

                data = data[(rest.Length + 1)..];
            }
        }
    }

    /// <inheritdoc/>
    public void Read(Span<byte> buffer) => buffer.Fill((byte)(IsLit ? 0 : 0x40)); // Bit 6: display off.

    private static int Arguments(byte command) =>
        command switch
        {
            0x20 or 0x81 or 0x8D or 0xA8 or 0xD3 or 0xD5 or 0xD9 or 0xDA or 0xDB => 1,
            0x21 or 0x22 or 0xA3 => 2,
            0x29 or 0x2A => 5,
            0x26 or 0x27 => 6,
            _ => 0,
        };

    private void Take(byte value)
    {
        _command.Add(value);
        if (_command.Count <= Arguments(_command[0]))
            return;
        Execute(_command[0], _command.ElementAtOrDefault(1), _command.ElementAtOrDefault(2));
        _command.Clear();
    }

    private void Execute(byte command, byte first, byte second)
    {
        switch (command)
        {
            case 0x20:
                _mode = (AddressingMode)(first & 3);
                break;
            case 0x21:
                (_firstColumn, _lastColumn) = (first & 0x7F, second & 0x7F);
                _column = _firstColumn;
                break;
            case 0x22:
                (_firstPage, _lastPage) = (first & 7, second & 7);
                _page = _firstPage;
                break;
            case 0x81:
                Contrast = first;
                break;
            case 0x8D:
                _hasChargePump = (first & 4) != 0;
                break;
            case 0xA8:
                _ratio = first & 0x3F;
                break;
            case 0xD3:
                _offset = first & 0x3F;
                break;
            default:
                Switch(command);
                break;
        }
    }

    private void Switch(byte command)
    {
        switch (command)
        {
            case <= 0x0F when _mode == AddressingMode.Page:
                _column = (_column & 0x70) | command;
                break;
            case <= 0x1F when _mode == AddressingMode.Page:
                _column = (_column & 0x0F) | ((command & 7) << 4);
                break;
            case >= 0x40 and <= 0x7F:
                _startLine = command & 0x3F;
                break;
            case 0xA0 or 0xA1:
                _remapsSegments = command == 0xA1;
                break;
            case 0xA4 or 0xA5:
                _isAllLit = command == 0xA5;
                break;
            case 0xA6 or 0xA7:
                _isInverted = command == 0xA7;
                break;
            case 0xAE or 0xAF:
                _isOn = command == 0xAF;
                break;
            case >= 0xB0 and <= 0xB7 when _mode == AddressingMode.Page:
                _page = command & 7;
                break;
            case 0xC0 or 0xC8:
                _remapsRows = command == 0xC8;
                break;
        }
    }

    private void Store(byte value)
    {
        // The mapping of segments affects what is written later, not what the memory holds.
        _memory[(_page * Columns) + (_remapsSegments ? Columns - 1 - _column : _column)] = value;
        switch (_mode)
        {
            case AddressingMode.Horizontal:
                if (AdvanceColumn(_firstColumn, _lastColumn))
                    AdvancePage();
                break;
            case AddressingMode.Vertical:
                if (AdvancePage())
                    AdvanceColumn(_firstColumn, _lastColumn);
                break;
            default:
                AdvanceColumn(0, Columns - 1);
                break;
        }
    }

    private bool AdvanceColumn(int first, int last)
    {
        bool wraps = _column == last;
        _column = wraps ? first : (_column + 1) % Columns;
        return wraps;
    }

    private bool AdvancePage()
    {
        bool wraps = _page == _lastPage;
        _page = wraps ? _firstPage : (_page + 1) % Pages;
        return wraps;
    }
}
