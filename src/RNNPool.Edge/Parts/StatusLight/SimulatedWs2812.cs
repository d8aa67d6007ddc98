using RNNPool.Edge.Hardware.Buses;

namespace RNNPool.Edge.Parts.StatusLight;

/// <summary>
/// A chain of WS2812B behind the data line of SPI. It measures the high and low parts of the line as the datasheet (version 5) says.
/// Thread-safe.
/// </summary>
/// <param name="count">LEDs in the chain.</param>
/// <param name="clockHertz">Clock of the bus.</param>
/// <param name="idleClocks">Clocks that the controller leaves after each byte; the line is low meanwhile.</param>
internal sealed class SimulatedWs2812(int count, double clockHertz, int idleClocks) : ISimulatedPart
{
    private const double ShortestZero = 200,
        LongestZero = 500,
        ShortestOne = 580,
        LongestOne = 1000,
        Reset = 280_000;
    private const int BitsPerLed = 24;

    private readonly Lock _lock = new();
    private readonly double _clock = 1e9 / clockHertz;
    private readonly Rgb[] _colors = new Rgb[count];
    private double _high,
        _low;
    private int _bits,
        _received;

    /// <summary>Pulses that are neither a 0 nor a 1.</summary>
    public int Garbled { get; private set; }

    /// <summary>Whether a gap of the datasheet's length has ended the last data, so that the LEDs show them.</summary>
    public bool IsLatched
    {
        get
        {
            lock (_lock)
                return _received == 0;
        }
    }

    /// <summary>What a person sees.</summary>
    public Rgb[] Colors
    {
        get
        {
            lock (_lock)
                return [.. _colors];
        }
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            foreach (byte value in data)
            {
                for (int bit = 7; bit >= 0; bit--)
                    Clock((value >> bit & 1) != 0);
                for (int i = 0; i < idleClocks; i++)
                    Clock(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Read(Span<byte> buffer) => buffer.Clear(); // The LEDs have no output for it.

    private void Clock(bool isHigh)
    {
        if (isHigh)
        {
            _high += _clock;
            _low = 0;
            return;
        }

        if (_high > 0)
            Take();
        _high = 0;
        _low += _clock;
        if (_low > Reset)
            (_bits, _received) = (0, 0);
    }

    private void Take()
    {
        bool isOne = _high is >= ShortestOne and <= LongestOne;
        if (!isOne && _high is not (>= ShortestZero and <= LongestZero))
            Garbled++;
        _bits = (_bits << 1) | (isOne ? 1 : 0);
        _received++;
        int led = (_received / BitsPerLed) - 1;
        if (_received % BitsPerLed == 0 && led < count)
            _colors[led] = new Rgb((byte)(_bits >> 8), (byte)(_bits >> 16), (byte)_bits);
    }
}
