namespace RNNPool.Edge.Vision.Cameras.Jpeg;

/// <summary>The bits of a JPEG's entropy-coded data, up to the next marker.</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> data, int start)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private ulong _bits;
    private int _count;

    /// <summary>Position of the first byte that has not been read.</summary>
    public int Position { get; private set; } = start;

    /// <summary>Number of bits that can be skipped; 32 or more unless the data end.</summary>
    public readonly int Count => _count;

    /// <summary>The next 16 bits, with zeros after the end.</summary>
    public readonly int Peek16 => (int)(_bits >> 48);

    /// <summary>Reads bytes until there are at least 32 bits or the data end.</summary>
    public void Fill()
    {
        while (_count <= 56 && Position < _data.Length)
        {
            byte next = _data[Position];
            if (next == 0xFF)
            {
                // A stuffed zero follows a byte of 0xFF; anything else is a marker.
                if (Position + 1 >= _data.Length || _data[Position + 1] != 0)
                    return;
                Position++;
            }

            Position++;
            _bits |= (ulong)next << (56 - _count);
            _count += 8;
        }
    }

    /// <summary>Skips bits; there must be so many.</summary>
    public void Skip(int bits)
    {
        _bits <<= bits;
        _count -= bits;
    }

    /// <summary>The next bits as JPEG's signed difference of that size (ITU-T T.81, F.2.2.1), which are skipped.</summary>
    public int TakeDifference(int size)
    {
        if (size == 0)
            return 0;
        int value = (int)(_bits >> (64 - size));
        Skip(size);
        return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    }

    /// <summary>Skips the rest of the byte; <see cref="Position"/> then is the first byte after the bits that were taken.</summary>
    /// <returns>Whether the skipped bits are padding: all ones, or all zeros as some encoders write them.</returns>
    public bool Align()
    {
        int rest = _count % 8,
            ones = (1 << rest) - 1,
            skipped = rest == 0 ? 0 : (int)(_bits >> (64 - rest));
        for (int whole = _count / 8; whole > 0; whole--)
        {
            Position--;
            if (_data[Position] == 0 && _data[Position - 1] == 0xFF)
                Position--;
        }

        (_bits, _count) = (0, 0);
        return skipped == 0 || skipped == ones;
    }

    /// <summary>Moves to the next marker.</summary>
    /// <returns>The number of bytes before it that are not padding.</returns>
    public int SkipToMarker()
    {
        int surplus = 0;
        while (Position < _data.Length)
        {
            byte next = _data[Position];
            if (next == 0xFF && Position + 1 < _data.Length && _data[Position + 1] is not (0 or 0xFF))
                break;
            if (next is not (0 or 0xFF))
                surplus++;
            Position++;
        }

        return surplus;
    }

    /// <summary>Reads a restart marker.</summary>
    /// <returns>Its number from 0 to 7; -1 when another marker or the end follows.</returns>
    public int TakeRestart()
    {
        if (Position + 1 >= _data.Length || _data[Position] != 0xFF || _data[Position + 1] is < 0xD0 or > 0xD7)
            return -1;
        Position += 2;
        return _data[Position - 1] - 0xD0;
    }
}
