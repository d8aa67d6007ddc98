using System.Collections.Concurrent;

namespace RNNPool.Edge.Vision.Frames;

/// <summary>
/// Recycles frames and their buffers, so that a running camera allocates nothing. Thread-safe.
/// Frames beyond <paramref name="capacity"/> are left to the garbage collector.
/// </summary>
/// <param name="capacity">Number of idle frames that are kept, 1 to 64.</param>
public sealed class FramePool(int capacity = 8)
{
    /// <summary>
    /// The largest picture that is accepted, in pixels (64 megapixels): a bound on the memory that a malicious header can make the process
    /// allocate.
    /// </summary>
    public const long MaxPixels = 64L * 1024 * 1024;

    private readonly ConcurrentQueue<Frame> _idle = new();

    /// <summary>Takes a frame of the given geometry; its pixels are not cleared.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="format">Layout of the pixels.</param>
    /// <param name="stride">Bytes per row of the first plane; 0 means tightly packed.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The size is not positive, over <see cref="MaxPixels"/>, or the stride is under a row's bytes.
    /// </exception>
    public Frame Rent(int width, int height, PixelFormat format, int stride = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, MaxPixels, nameof(width));
        int rowBytes = PixelFormats.RowBytes(format, width);
        if (stride == 0)
            stride = rowBytes;
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, rowBytes);
        if (!_idle.TryDequeue(out Frame? frame))
            frame = new Frame(this);
        frame.Prepare(width, height, stride, format, PixelFormats.ByteCount(format, height, stride));
        return frame;
    }

    internal void Return(Frame frame)
    {
        if (_idle.Count < capacity)
            _idle.Enqueue(frame);
    }
}
