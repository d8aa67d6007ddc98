namespace RNNPool.Edge.Fuzz;

/// <summary>Takes values from an input; behind its end they are zero.</summary>
internal ref struct InputReader(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    /// <summary>What was not taken yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public readonly bool IsEmpty => _rest.IsEmpty;

    public byte Byte()
    {
        if (_rest.IsEmpty)
            return 0;
        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public int UInt16() => Byte() | (Byte() << 8);

    /// <summary>At most <paramref name="count"/> bytes.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        count = Math.Min(count, _rest.Length);
        ReadOnlySpan<byte> bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>Fills the target by repeating what is left.</summary>
    public readonly void Fill(Span<byte> target)
    {
        target.Clear();
        for (int at = 0; at < target.Length && !_rest.IsEmpty; at += _rest.Length)
            _rest[..Math.Min(_rest.Length, target.Length - at)].CopyTo(target[at..]);
    }
}
