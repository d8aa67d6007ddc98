using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Rows;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>A grey picture as it is sent to the device.</summary>
internal readonly record struct Picture(ReadOnlyMemory<byte> Pixels, int Width, int Height, int Stride, uint Model)
{
    /// <summary>Number of pixels.</summary>
    public int Count => Width * Height;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">They do not fit each other or the protocol.</exception>
    public static Picture Create(ReadOnlyMemory<byte> pixels, int width, int height, int stride, uint model)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, width);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels.Length, ((height - 1) * stride) + width, nameof(pixels));
        return new Picture(pixels, width, height, stride, model);
    }

    /// <summary>Writes a FRAME_ROWS message with as many pixels as fit: in the row code where that is shorter, raw otherwise.</summary>
    /// <param name="frame">Number of the frame.</param>
    /// <param name="position">Index of the first pixel, in raster order.</param>
    /// <param name="coded">Whether the device supports the row code.</param>
    /// <param name="message">Receives the message; its length is the limit.</param>
    /// <returns>Bytes and pixels after the message's head.</returns>
    public (int Length, int Pixels) WriteRows(ushort frame, int position, bool coded, Span<byte> message)
    {
        ReadOnlySpan<byte> source = Pixels.Span;
        Span<byte> output = message[FrameRowsMessage.Size..];
        int left = Math.Min(Count - position, ushort.MaxValue);
        int raw = Math.Min(left, output.Length);
        int pixels = 0;
        int length = coded ? RowCode.Encode(source, Width, Stride, position, left, output, out pixels) : 0;
        RowEncoding encoding = RowEncoding.Coded;
        if (pixels < raw || (pixels == raw && length >= raw))
        {
            encoding = RowEncoding.Raw;
            pixels = raw;
            length = raw;
            CopyPixels(position, output[..raw]);
        }

        (int row, int column) = Math.DivRem(position, Width);
        new FrameRowsMessage(frame, encoding, (ushort)row, (ushort)column, (ushort)pixels).Write(message);
        return (length, pixels);
    }

    private void CopyPixels(int position, Span<byte> output)
    {
        ReadOnlySpan<byte> source = Pixels.Span;
        (int row, int column) = Math.DivRem(position, Width);
        while (!output.IsEmpty)
        {
            int part = Math.Min(output.Length, Width - column);
            source.Slice((row * Stride) + column, part).CopyTo(output);
            output = output[part..];
            (row, column) = (row + 1, 0);
        }
    }
}
