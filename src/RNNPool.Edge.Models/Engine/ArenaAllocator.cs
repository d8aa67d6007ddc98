namespace RNNPool.Edge.Models.Engine;

/// <summary>
/// Places buffers in one arena. Buffers of different layers share memory; each gets the lowest place that is free during
/// all of its layers.
/// </summary>
internal sealed class ArenaAllocator
{
    private const int Alignment = 64;

    private readonly List<(long Offset, long End, int First, int Last)> _placed = [];

    /// <summary>Bytes of the arena.</summary>
    public long Bytes { get; private set; }

    /// <summary>Places a buffer.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="first">First layer that uses it.</param>
    /// <param name="last">Last layer that uses it.</param>
    /// <returns>The offset.</returns>
    public long Place(long bytes, int first, int last)
    {
        long offset = 0;
        foreach (
            (long Offset, long End, int First, int Last) other in _placed
                .Where(other => other.First <= last && first <= other.Last)
                .OrderBy(other => other.Offset)
        )
        {
            if (other.Offset - offset >= bytes)
                break;
            offset = Math.Max(offset, (other.End + Alignment - 1) / Alignment * Alignment);
        }

        _placed.Add((offset, offset + bytes, first, last));
        Bytes = Math.Max(Bytes, offset + bytes);
        return offset;
    }
}
