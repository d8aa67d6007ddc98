namespace RNNPool.Edge.Parts.StatusLight;

/// <summary>
/// Encodes colours for a chain of WS2812B on the data line of SPI, one byte of SPI for each bit of an LED. Every byte ends low, so a clock
/// that a controller leaves idle after each byte, as the one of a Raspberry Pi 4 does, only lengthens a low part. <c>Ws2812b</c> of
/// Iot.Device.Bindings cannot be used: it packs three bits of SPI for each bit of an LED across bytes, where that idle clock cuts a long
/// pulse in two (dotnet/iot issue 1901).
/// </summary>
internal sealed class Ws2812Signal
{
    /// <summary>
    /// Clock in hertz. The divider of a Raspberry Pi makes 6.25 MHz of it. At both, the high part of a bit is within the datasheet of the
    /// WS2812B (version 5: 220 to 380 ns for a 0, 580 to 1000 ns for a 1) and that of earlier ones (0.4 and 0.8 microseconds, plus or minus
    /// 0.15).
    /// </summary>
    public const int ClockHertz = 6_400_000;

    private const byte Zero = 0b1100_0000,
        One = 0b1111_1000;
    private const int BitsPerLed = 24;

    /// <summary>
    /// Low time before and after the colours: the datasheet requires more than 280 microseconds. The time before restarts LEDs that have
    /// read a data line which was high while idle.
    /// </summary>
    private const int ResetBytes = ClockHertz / 8 * 3 / 10_000;

    private readonly byte[] _bytes;

    /// <summary>Creates a signal for a number of LEDs, all of them off.</summary>
    public Ws2812Signal(int count)
    {
        _bytes = new byte[ResetBytes + (count * BitsPerLed) + ResetBytes];
        for (int i = 0; i < count; i++)
            Set(i, default);
    }

    /// <summary>The bytes for the bus.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Sets the colour of an LED.</summary>
    public void Set(int index, Rgb color)
    {
        // Green first, and the highest bit of each component first.
        int bits = (color.G << 16) | (color.R << 8) | color.B;
        Span<byte> led = _bytes.AsSpan(ResetBytes + (index * BitsPerLed), BitsPerLed);
        for (int i = 0; i < BitsPerLed; i++)
            led[i] = (bits >> (BitsPerLed - 1 - i) & 1) != 0 ? One : Zero;
    }
}
