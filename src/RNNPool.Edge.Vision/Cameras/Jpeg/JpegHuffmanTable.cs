namespace RNNPool.Edge.Vision.Cameras.Jpeg;

/// <summary>A Huffman table of JPEG (ITU-T T.81, annex C) for decoding symbols by look-up. Its memory is reused.</summary>
internal sealed class JpegHuffmanTable
{
    /// <summary>Number of bits that one look-up decodes.</summary>
    public const int LookupBits = 9;

    private const int MaxBits = 16;

    private readonly ushort[] _lookup = new ushort[1 << LookupBits];
    private readonly int[] _limits = new int[MaxBits + 2];
    private readonly int[] _offsets = new int[MaxBits + 1];
    private readonly byte[] _symbols = new byte[256];

    /// <summary>Whether <see cref="TryDefine"/> has succeeded.</summary>
    public bool IsDefined { get; private set; }

    /// <summary>Defines the table.</summary>
    /// <param name="counts">Number of codes of each length, from 1 to 16 bits.</param>
    /// <param name="symbols">The symbols in the order of their codes.</param>
    /// <returns>False when the counts describe no prefix code.</returns>
    public bool TryDefine(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        IsDefined = false;
        if (symbols.Length > _symbols.Length)
            return false;
        symbols.CopyTo(_symbols);
        Array.Clear(_lookup);
        int code = 0,
            at = 0;
        for (int bits = 1; bits <= MaxBits; bits++)
        {
            _offsets[bits] = at - code;
            for (int i = 0; i < counts[bits - 1]; i++, code++, at++)
            {
                if (code >= 1 << bits || at >= symbols.Length)
                    return false;
                if (bits <= LookupBits)
                    _lookup.AsSpan(code << (LookupBits - bits), 1 << (LookupBits - bits)).Fill((ushort)((bits << 8) | symbols[at]));
            }

            // Codes of this length, aligned to 16 bits, are below the limit.
            _limits[bits] = code << (MaxBits - bits);
            code <<= 1;
        }

        IsDefined = true;
        return true;
    }

    /// <summary>Decodes the symbol at the start of 16 bits.</summary>
    /// <returns>Number of bits of its code in the upper byte and the symbol in the lower; 0 when no code matches.</returns>
    public int Decode(int bits)
    {
        int found = _lookup[bits >> (MaxBits - LookupBits)];
        return found != 0 ? found : DecodeLong(bits);
    }

    private int DecodeLong(int bits)
    {
        for (int length = LookupBits + 1; length <= MaxBits; length++)
        {
            if (bits < _limits[length])
                return (length << 8) | _symbols[((bits >> (MaxBits - length)) + _offsets[length]) & 0xFF];
        }

        return 0;
    }
}
