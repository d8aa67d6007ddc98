using System.Buffers;

namespace RNNPool.Edge.Vision.Frames;

/// <summary>
/// One picture from a camera: pixels in a pooled buffer, with its place in the stream and the time it was captured.
/// A frame has one owner, who disposes it; the buffer then goes back to the pool that it came from.
/// </summary>
/// <remarks>Frames are recycled: after <see cref="Dispose"/> none of the members may be used.</remarks>
public sealed class Frame : IDisposable
{
    private readonly FramePool? _pool;
    private byte[] _buffer;
    private int _rented;

    internal Frame(FramePool? pool)
    {
        _pool = pool;
        _buffer = [];
    }

    /// <summary>Width in pixels, at least 1.</summary>
    public int Width { get; private set; }

    /// <summary>Height in pixels, at least 1.</summary>
    public int Height { get; private set; }

    /// <summary>Bytes from the start of one row (of the first plane) to the start of the next.</summary>
    public int Stride { get; private set; }

    /// <summary>The layout of <see cref="Data"/>.</summary>
    public PixelFormat Format { get; private set; }

    /// <summary>Number of this frame in its camera's stream, from 0; gaps are frames that were dropped.</summary>
    public long Sequence { get; set; }

    /// <summary>When the frame was captured (UTC).</summary>
    public DateTimeOffset Timestamp { get; set; }

    /// <summary>The pixels, <see cref="Stride"/> bytes a row, planes one after the other.</summary>
    public Span<byte> Data => _buffer.AsSpan(0, Length);

    /// <summary>Number of bytes in <see cref="Data"/>.</summary>
    public int Length { get; private set; }

    /// <summary>The same bytes as <see cref="Data"/>, for callers that cannot hold a span.</summary>
    public Memory<byte> Memory => _buffer.AsMemory(0, Length);

    /// <summary>Gives the frame back to its pool. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, 0) == 1)
            _pool?.Return(this);
    }

    internal void Prepare(int width, int height, int stride, PixelFormat format, int length)
    {
        if (_buffer.Length < length)
        {
            if (_buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(length);
        }

        (Width, Height, Stride, Format, Length) = (width, height, stride, format, length);
        (Sequence, Timestamp) = (0, default);
        Volatile.Write(ref _rented, 1);
    }
}
