namespace RNNPool.Edge.Link.Rows;

/// <summary>The lossless code of pixel rows: median edge detection (the predictor of JPEG-LS, ITU-T T.87) and Rice codes.</summary>
/// <remarks>docs/protocol.md gives the bit layout; the decoder is firmware/src/link/rnnp_row_code.c.</remarks>
public static class RowCode
{
    /// <summary>Pixels that share one Rice parameter.</summary>
    public const int BlockSize = 32;

    private const int ModeBits = 3;
    private const int PlainMode = 7;
    private const int MaxParameter = 5;
    private const int EscapeOnes = 8;
    private const int EscapeBits = 16;

    /// <summary>Codes pixels in raster order from a position on, whole blocks as long as they fit into <paramref name="output"/>.</summary>
    /// <param name="pixels">The picture.</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="stride">Bytes from row to row.</param>
    /// <param name="position">Index of the first pixel in raster order, row times <paramref name="width"/> plus column.</param>
    /// <param name="count">Most pixels to code.</param>
    /// <param name="output">Receives the code.</param>
    /// <param name="coded">Number of pixels that were coded.</param>
    /// <returns>Number of bytes written.</returns>
    public static int Encode(ReadOnlySpan<byte> pixels, int width, int stride, int position, int count, Span<byte> output, out int coded)
    {
        Span<byte> folded = stackalloc byte[BlockSize];
        var writer = new BitWriter(output);
        coded = 0;
        while (coded < count)
        {
            int size = Math.Min(BlockSize, count - coded);
            Fold(pixels, width, stride, position + coded, folded[..size]);
            (int mode, int bits) = Choose(folded[..size]);
            if (!writer.HasRoom(ModeBits + bits))
                break;
            writer.Put((uint)mode, ModeBits);
            Write(ref writer, mode, folded[..size]);
            coded += size;
        }

        return writer.Finish();
    }

    // Residual 0, -1, 1, -2, ... becomes 0, 1, 2, 3, ...
    private static void Fold(ReadOnlySpan<byte> pixels, int width, int stride, int position, Span<byte> folded)
    {
        (int row, int column) = Math.DivRem(position, width);
        for (int i = 0; i < folded.Length; i++)
        {
            int at = (row * stride) + column;
            int residual = (sbyte)(pixels[at] - Predict(pixels, at, stride, row, column));
            folded[i] = (byte)((residual << 1) ^ (residual >> 31));
            if (++column == width)
                (row, column) = (row + 1, 0);
        }
    }

    private static int Predict(ReadOnlySpan<byte> pixels, int at, int stride, int row, int column)
    {
        if (column == 0)
            return row == 0 ? 128 : pixels[at - stride];
        int left = pixels[at - 1];
        if (row == 0)
            return left;
        int up = pixels[at - stride];
        int corner = pixels[at - stride - 1];
        int high = Math.Max(left, up);
        int low = Math.Min(left, up);
        if (corner >= high)
            return low;
        return corner <= low ? high : left + up - corner;
    }

    private static (int Mode, int Bits) Choose(ReadOnlySpan<byte> folded)
    {
        if (!folded.ContainsAnyExcept((byte)0))
            return (0, 0);
        (int mode, int best) = (PlainMode, folded.Length * 8);
        for (int parameter = 0; parameter <= MaxParameter; parameter++)
        {
            int bits = 0;
            foreach (byte value in folded)
            {
                int ones = value >> parameter;
                bits += ones < EscapeOnes ? ones + 1 + parameter : EscapeBits;
            }

            if (bits < best)
                (mode, best) = (parameter + 1, bits);
        }

        return (mode, best);
    }

    private static void Write(ref BitWriter writer, int mode, scoped ReadOnlySpan<byte> folded)
    {
        if (mode == 0)
            return;
        int parameter = mode - 1;
        foreach (byte value in folded)
        {
            if (mode == PlainMode)
            {
                writer.Put(value, 8);
                continue;
            }

            int ones = value >> parameter;
            if (ones >= EscapeOnes)
            {
                writer.Put(0xFFu | ((uint)value << EscapeOnes), EscapeBits);
                continue;
            }

            uint low = value & ((1u << parameter) - 1);
            writer.Put(((1u << ones) - 1) | (low << (ones + 1)), ones + 1 + parameter);
        }
    }

    // Low bit first.
    private ref struct BitWriter(Span<byte> output)
    {
        private readonly Span<byte> _output = output;
        private ulong _bits;
        private int _count;
        private int _length;

        public readonly bool HasRoom(int bits) => (_length * 8L) + _count + bits <= _output.Length * 8L;

        public void Put(uint value, int width)
        {
            _bits |= (ulong)value << _count;
            _count += width;
            while (_count >= 8)
            {
                _output[_length++] = (byte)_bits;
                _bits >>= 8;
                _count -= 8;
            }
        }

        public int Finish()
        {
            if (_count > 0)
                _output[_length++] = (byte)_bits;
            return _length;
        }
    }
}
