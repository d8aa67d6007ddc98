namespace RNNPool.Edge.Parts.Oled;

/// <summary>
/// A picture of one bit per pixel, in the layout of the display's memory: pages of eight rows, a byte for each column, low bit on top.
/// </summary>
internal sealed class PixelCanvas(int width, int height)
{
    private const int PageRows = 8;

    /// <summary>Width of a character with the gap after it, at scale 1.</summary>
    public const int CharacterWidth = PixelFont.Width + 1;

    /// <summary>Columns.</summary>
    public int Width => width;

    /// <summary>Rows.</summary>
    public int Height => height;

    /// <summary>Pages.</summary>
    public int Pages => height / PageRows;

    /// <summary>All bytes, page after page.</summary>
    public byte[] Data { get; } = new byte[width * height / PageRows];

    /// <summary>The bytes of a page.</summary>
    public Span<byte> Page(int page) => Data.AsSpan(page * width, width);

    /// <summary>Whether a pixel is lit.</summary>
    public bool this[int x, int y]
    {
        get => (Data[(y / PageRows * width) + x] >> (y % PageRows) & 1) != 0;
        set
        {
            if (x < 0 || x >= width || y < 0 || y >= height)
                return;
            ref byte column = ref Data[(y / PageRows * width) + x];
            byte bit = (byte)(1 << (y % PageRows));
            column = (byte)(value ? column | bit : column & ~bit);
        }
    }

    /// <summary>Makes all pixels dark.</summary>
    public void Clear() => Data.AsSpan().Clear();

    /// <summary>Fills a rectangle; pixels outside of the picture are left out.</summary>
    public void Fill(int x, int y, int columns, int rows, bool lit = true)
    {
        for (int row = y; row < y + rows; row++)
        {
            for (int column = x; column < x + columns; column++)
                this[column, row] = lit;
        }
    }

    /// <summary>Draws a text; pixels outside of the picture are left out.</summary>
    /// <returns>Column after the text.</returns>
    public int Draw(string text, int x, int y, int scale = 1)
    {
        foreach (char character in text)
        {
            for (int row = 0; row < PixelFont.Height; row++)
            {
                for (int column = 0; column < PixelFont.Width; column++)
                {
                    if (PixelFont.IsSet(character, column, row))
                        Fill(x + (column * scale), y + (row * scale), scale, scale);
                }
            }

            x += CharacterWidth * scale;
        }

        return x;
    }

    /// <summary>The picture in rows, as the API shows it.</summary>
    public PixelView ToView()
    {
        int stride = (width + 7) / 8;
        byte[] rows = new byte[stride * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                if (this[x, y])
                    rows[(y * stride) + (x / 8)] |= (byte)(0x80 >> (x % 8));
            }
        }

        return new PixelView(width, height, Convert.ToBase64String(rows));
    }
}
