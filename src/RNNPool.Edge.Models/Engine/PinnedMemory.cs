namespace RNNPool.Edge.Models.Engine;

/// <summary>Memory that the garbage collector does not move, aligned for the widest registers.</summary>
internal sealed unsafe class PinnedMemory
{
    private const int Alignment = 64;

    private readonly byte[] _array;

    public PinnedMemory(long bytes)
    {
        Length = checked((int)bytes);
        _array = GC.AllocateArray<byte>(Length + Alignment, pinned: true);
        fixed (byte* first = _array)
            Pointer = (byte*)(((nint)first + Alignment - 1) & -Alignment);
    }

    public byte* Pointer { get; }

    public int Length { get; }

    public Span<byte> Span => new(Pointer, Length);
}
