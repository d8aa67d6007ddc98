using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>Converts frames of any layout to RGBA for display. The detector does not use it.</summary>
internal static class ColorConversion
{
    /// <summary>
    /// Returns a new opaque <see cref="PixelFormat.Rgba32"/> frame with the picture, sequence and time of <paramref name="source"/>.
    /// </summary>
    public static Frame ToRgba(Frame source, FramePool pool)
    {
        Frame target = pool.Rent(source.Width, source.Height, PixelFormat.Rgba32);
        (target.Sequence, target.Time) = (source.Sequence, source.Time);
        for (int y = 0; y < source.Height; y++)
            Row(source, y, target.Data.Slice(y * target.Stride, source.Width * 4));
        return target;
    }

    /// <summary>Writes one row of a frame as opaque RGBA.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="y">The row, from 0.</param>
    /// <param name="target">Four bytes for every pixel of the row.</param>
    public static void Row(Frame frame, int y, Span<byte> target)
    {
        int width = frame.Width;
        target = target[..(width * 4)];
        ReadOnlySpan<byte> row = frame.Data[(y * frame.Stride)..];
        int plane = frame.Stride * frame.Height,
            half = (frame.Stride + 1) / 2;
        switch (frame.Format)
        {
            case PixelFormat.Gray8:
                for (int x = 0; x < width; x++)
                    Put(target, x, row[x], row[x], row[x]);
                break;
            case PixelFormat.Rgb24:
                for (int x = 0; x < width; x++)
                    Put(target, x, row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]);
                break;
            case PixelFormat.Bgr24:
                for (int x = 0; x < width; x++)
                    Put(target, x, row[(3 * x) + 2], row[(3 * x) + 1], row[3 * x]);
                break;
            case PixelFormat.Rgba32:
                for (int x = 0; x < width; x++)
                    Put(target, x, row[4 * x], row[(4 * x) + 1], row[(4 * x) + 2]);
                break;
            case PixelFormat.Bgra32:
                for (int x = 0; x < width; x++)
                    Put(target, x, row[(4 * x) + 2], row[(4 * x) + 1], row[4 * x]);
                break;
            case PixelFormat.Yuyv:
                for (int x = 0; x < width; x++)
                    PutYuv(target, x, row[2 * x], row[(x / 2 * 4) + 1], row[(x / 2 * 4) + 3]);
                break;
            case PixelFormat.Nv12:
                ReadOnlySpan<byte> pairs = frame.Data[(plane + (y / 2 * half * 2))..];
                for (int x = 0; x < width; x++)
                    PutYuv(target, x, row[x], pairs[x / 2 * 2], pairs[(x / 2 * 2) + 1]);
                break;
            case PixelFormat.I420:
                ReadOnlySpan<byte> blue = frame.Data[(plane + (y / 2 * half))..],
                    red = blue[(half * ((frame.Height + 1) / 2))..];
                for (int x = 0; x < width; x++)
                    PutYuv(target, x, row[x], blue[x / 2], red[x / 2]);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(frame), frame.Format, "Unknown pixel format.");
        }
    }

    private static void Put(Span<byte> target, int x, byte r, byte g, byte b) =>
        (target[4 * x], target[(4 * x) + 1], target[(4 * x) + 2], target[(4 * x) + 3]) = (r, g, b, 255);

    private static void PutYuv(Span<byte> target, int x, int y, int cb, int cr)
    {
        (byte r, byte g, byte b) = FromYuv(y, cb, cr);
        Put(target, x, r, g, b);
    }

    // BT.601, full range, as in the JPEGs of webcams and in rpicam's yuv420.
    private static (byte R, byte G, byte B) FromYuv(int y, int cb, int cr)
    {
        (cb, cr) = (cb - 128, cr - 128);
        return (
            Clamp(y + (((359 * cr) + 128) >> 8)),
            Clamp(y - (((88 * cb) + (183 * cr) - 128) >> 8)),
            Clamp(y + (((454 * cb) + 128) >> 8))
        );
    }

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);
}
