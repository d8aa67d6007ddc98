namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// A 5x7 font for captions, letters in capitals: the codec library comes without fonts, and a device may have none installed.
/// </summary>
internal static class PixelFont
{
    public const int Width = 5;
    public const int Height = 7;

    /// <summary>Columns from one character to the next.</summary>
    public const int Advance = 6;

    private const string Characters = " %-._:?0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    // One byte per row from the top, the leftmost column in bit 4.
    private static ReadOnlySpan<byte> Glyphs =>
        [
            0x00,
            0x00,
            0x00,
            0x00,
            0x00,
            0x00,
            0x00, // space
            0x19,
            0x19,
            0x02,
            0x04,
            0x08,
            0x13,
            0x13, // %
            0x00,
            0x00,
            0x00,
            0x0E,
            0x00,
            0x00,
            0x00, // -
            0x00,
            0x00,
            0x00,
            0x00,
            0x00,
            0x0C,
            0x0C, // .
            0x00,
            0x00,
            0x00,
            0x00,
            0x00,
            0x00,
            0x1F, // _
            0x00,
            0x0C,
            0x0C,
            0x00,
            0x0C,
            0x0C,
            0x00, // :
            0x0E,
            0x11,
            0x01,
            0x06,
            0x04,
            0x00,
            0x04, // ?
            0x0E,
            0x11,
            0x13,
            0x15,
            0x19,
            0x11,
            0x0E, // 0
            0x04,
            0x0C,
            0x04,
            0x04,
            0x04,
            0x04,
            0x0E, // 1
            0x0E,
            0x11,
            0x01,
            0x02,
            0x04,
            0x08,
            0x1F, // 2
            0x1F,
            0x02,
            0x04,
            0x02,
            0x01,
            0x11,
            0x0E, // 3
            0x02,
            0x06,
            0x0A,
            0x12,
            0x1F,
            0x02,
            0x02, // 4
            0x1F,
            0x10,
            0x1E,
            0x01,
            0x01,
            0x11,
            0x0E, // 5
            0x06,
            0x08,
            0x10,
            0x1E,
            0x11,
            0x11,
            0x0E, // 6
            0x1F,
            0x01,
            0x02,
            0x04,
            0x08,
            0x08,
            0x08, // 7
            0x0E,
            0x11,
            0x11,
            0x0E,
            0x11,
            0x11,
            0x0E, // 8
            0x0E,
            0x11,
            0x11,
            0x0F,
            0x01,
            0x02,
            0x0C, // 9
            0x0E,
            0x11,
            0x11,
            0x1F,
            0x11,
            0x11,
            0x11, // A
            0x1E,
            0x11,
            0x11,
            0x1E,
            0x11,
            0x11,
            0x1E, // B
            0x0E,
            0x11,
            0x10,
            0x10,
            0x10,
            0x11,
            0x0E, // C
            0x1C,
            0x12,
            0x11,
            0x11,
            0x11,
            0x12,
            0x1C, // D
            0x1F,
            0x10,
            0x10,
            0x1E,
            0x10,
            0x10,
            0x1F, // E
            0x1F,
            0x10,
            0x10,
            0x1E,
            0x10,
            0x10,
            0x10, // F
            0x0E,
            0x11,
            0x10,
            0x17,
            0x11,
            0x11,
            0x0F, // G
            0x11,
            0x11,
            0x11,
            0x1F,
            0x11,
            0x11,
            0x11, // H
            0x0E,
            0x04,
            0x04,
            0x04,
            0x04,
            0x04,
            0x0E, // I
            0x07,
            0x02,
            0x02,
            0x02,
            0x02,
            0x12,
            0x0C, // J
            0x11,
            0x12,
            0x14,
            0x18,
            0x14,
            0x12,
            0x11, // K
            0x10,
            0x10,
            0x10,
            0x10,
            0x10,
            0x10,
            0x1F, // L
            0x11,
            0x1B,
            0x15,
            0x15,
            0x11,
            0x11,
            0x11, // M
            0x11,
            0x11,
            0x19,
            0x15,
            0x13,
            0x11,
            0x11, // N
            0x0E,
            0x11,
            0x11,
            0x11,
            0x11,
            0x11,
            0x0E, // O
            0x1E,
            0x11,
            0x11,
            0x1E,
            0x10,
            0x10,
            0x10, // P
            0x0E,
            0x11,
            0x11,
            0x11,
            0x15,
            0x12,
            0x0D, // Q
            0x1E,
            0x11,
            0x11,
            0x1E,
            0x14,
            0x12,
            0x11, // R
            0x0F,
            0x10,
            0x10,
            0x0E,
            0x01,
            0x01,
            0x1E, // S
            0x1F,
            0x04,
            0x04,
            0x04,
            0x04,
            0x04,
            0x04, // T
            0x11,
            0x11,
            0x11,
            0x11,
            0x11,
            0x11,
            0x0E, // U
            0x11,
            0x11,
            0x11,
            0x11,
            0x11,
            0x0A,
            0x04, // V
            0x11,
            0x11,
            0x11,
            0x15,
            0x15,
            0x15,
            0x0A, // W
            0x11,
            0x11,
            0x0A,
            0x04,
            0x0A,
            0x11,
            0x11, // X
            0x11,
            0x11,
            0x11,
            0x0A,
            0x04,
            0x04,
            0x04, // Y
            0x1F,
            0x01,
            0x02,
            0x04,
            0x08,
            0x10,
            0x1F, // Z
        ];

    /// <summary>The rows of a character; one that the font lacks looks like a question mark.</summary>
    public static ReadOnlySpan<byte> Rows(char character)
    {
        int index = Characters.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal);
        if (index < 0)
            index = Characters.IndexOf('?', StringComparison.Ordinal);
        return Glyphs.Slice(index * Height, Height);
    }
}
