using System.Buffers;

namespace RNNPool.Edge.Vision.Frames;

/// <summary>
/// One picture from a camera: pixels in a pooled buffer, with its number in the stream and the time of capture.
/// A frame has one owner, which disposes it; disposal returns the buffer to its pool.
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

    /// <summary>When the frame was captured.</summary>
    public FrameTime Time { get; set; }

    /// <summary>The pixels: <see cref="Stride"/> bytes per row, one plane after the other.</summary>
    public Span<byte> Data => _buffer.AsSpan(0, Length);

    /// <summary>Number of bytes in <see cref="Data"/>.</summary>
    public int Length { get; private set; }

    /// <summary>Returns the frame to its pool. A second call does nothing.</summary>
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

        Width = width;
        Height = height;
        Stride = stride;
        Format = format;
        Length = length;
        Sequence = 0;
        Time = default;
        Volatile.Write(ref _rented, 1);
    }
}
