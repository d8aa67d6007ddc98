using System.Device.I2c;
using Iot.Device.CharacterLcd;

namespace RNNPool.Edge.Parts.Lcd;

/// <summary>The open character display, by the binding of Iot.Device.Bindings. Writes only characters that have changed.</summary>
internal sealed class LcdSession : IPartSession
{
    /// <summary>A clear takes 1.52 ms (HD44780U, table 6); the binding waits 1 ms for the one at its end.</summary>
    private static readonly TimeSpan ClearTime = TimeSpan.FromMilliseconds(3);

    private readonly Lock _lock = new();
    private readonly I2cDevice _device;
    private readonly Hd44780 _lcd;
    private readonly LcdOptions _options;
    private readonly DisplaySource _source;
    private readonly IDisposable _subscription;
    private readonly int _columns,
        _rows;
    private readonly char[][] _shown;
    private string[][] _pages = [];
    private DisplayContent? _content;
    private TimeSpan _changed;
    private bool _isLit = true;

    private LcdSession(I2cDevice device, LcdInterface pins, LcdOptions options, DisplaySource source, PartSignal signal)
    {
        (_columns, _rows) = Measure(options);
        _device = device;
        _options = options;
        _source = source;
        _lcd = options.Size == LcdOptions.Size20x4 ? new Lcd2004(pins) : new Lcd1602(pins);
        Thread.Sleep(ClearTime);
        _shown = [.. Enumerable.Range(0, _rows).Select(_ => new string(' ', _columns).ToCharArray())];
        _subscription = source.Subscribe(signal);
    }

    /// <summary>Whether the backlight is on.</summary>
    public bool IsLit => Volatile.Read(ref _isLit);

    /// <summary>Characters in a row, and rows.</summary>
    public static (int Columns, int Rows) Measure(LcdOptions options) => options.Size == LcdOptions.Size20x4 ? (20, 4) : (16, 2);

    /// <summary>Initialises the display.</summary>
    public static LcdSession Open(I2cDevice device, LcdOptions options, DisplaySource source, PartSignal signal)
    {
        try
        {
            // The PCF8574 of a common adapter: RS, RW, E, backlight, and the upper half of the data.
            return new LcdSession(device, LcdInterface.CreateI2c(device, uses8Bit: false), options, source, signal);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>The characters in the display's memory.</summary>
    public IReadOnlyList<string> Lines()
    {
        lock (_lock)
            return [.. _shown.Select(row => new string(row))];
    }

    public TimeSpan Update(TimeSpan now)
    {
        DisplayContent content = _source.Read();
        if (_content != content)
        {
            _pages = LcdPages.Create(content, _columns, _rows);
            _content = content;
            _changed = now;
        }

        TimeSpan still = now - _changed;
        bool mayDarken = content.Count == 0 && content.State != DisplayState.Problem && _options.BacklightOffAfter > TimeSpan.Zero;
        bool isLit = !mayDarken || still < _options.BacklightOffAfter;
        long turn = isLit ? still.Ticks / _options.PageTime.Ticks : 0;
        Write(_pages[turn % _pages.Length]);
        Light(isLit);
        if (!isLit)
            return Timeout.InfiniteTimeSpan;
        TimeSpan nextPage = _pages.Length > 1 ? ((turn + 1) * _options.PageTime) - still : TimeSpan.MaxValue,
            dark = mayDarken ? _options.BacklightOffAfter - still : TimeSpan.MaxValue,
            next = nextPage < dark ? nextPage : dark;
        return next == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : next;
    }

    public void Rest()
    {
        Light(false);
        _lcd.DisplayOn = false;
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _lcd.Dispose();
        _device.Dispose();
    }

    private void Light(bool isLit)
    {
        if (_isLit == isLit)
            return;
        _lcd.BacklightOn = isLit;
        Volatile.Write(ref _isLit, isLit);
    }

    private void Write(string[] page)
    {
        for (int row = 0; row < _rows; row++)
        {
            bool isAtCursor = false;
            for (int column = 0; column < _columns; column++)
            {
                char next = page[row][column];
                if (next == _shown[row][column])
                {
                    isAtCursor = false;
                    continue;
                }

                if (!isAtCursor)
                    _lcd.SetCursorPosition(column, row);
                _lcd.Write([next]);
                isAtCursor = true;
                lock (_lock)
                    _shown[row][column] = next;
            }
        }
    }
}
