using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>Frames of any layout as RGBA, for pictures that people look at; not on the path to the detector.</summary>
internal static class ColorConversion
{
    /// <summary>Returns a new opaque <see cref="PixelFormat.Rgba32"/> frame with the picture, sequence and time of <paramref name="source"/>.</summary>
    public static Frame ToRgba(Frame source, FramePool pool)
    {
        Frame target = pool.Rent(source.Width, source.Height, PixelFormat.Rgba32);
        (target.Sequence, target.Timestamp) = (source.Sequence, source.Timestamp);
        for (int y = 0; y < source.Height; y++)
        {
            Span<byte> row = target.Data.Slice(y * target.Stride, source.Width * 4);
            for (int x = 0; x < source.Width; x++)
            {
                (byte r, byte g, byte b) = Pixel(source, x, y);
                (row[4 * x], row[(4 * x) + 1], row[(4 * x) + 2], row[(4 * x) + 3]) = (r, g, b, 255);
            }
        }

        return target;
    }

    private static (byte R, byte G, byte B) Pixel(Frame frame, int x, int y)
    {
        ReadOnlySpan<byte> row = frame.Data[(y * frame.Stride)..];
        int plane = frame.Stride * frame.Height, half = (frame.Stride + 1) / 2;
        switch (frame.Format)
        {
            case PixelFormat.Gray8:
                return (row[x], row[x], row[x]);
            case PixelFormat.Rgb24:
                return (row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]);
            case PixelFormat.Bgr24:
                return (row[(3 * x) + 2], row[(3 * x) + 1], row[3 * x]);
            case PixelFormat.Rgba32:
                return (row[4 * x], row[(4 * x) + 1], row[(4 * x) + 2]);
            case PixelFormat.Bgra32:
                return (row[(4 * x) + 2], row[(4 * x) + 1], row[4 * x]);
            case PixelFormat.Yuyv:
                return FromYuv(row[2 * x], row[(x / 2 * 4) + 1], row[(x / 2 * 4) + 3]);
            case PixelFormat.Nv12:
                ReadOnlySpan<byte> pairs = frame.Data[(plane + (y / 2 * half * 2))..];
                return FromYuv(row[x], pairs[x / 2 * 2], pairs[(x / 2 * 2) + 1]);
            case PixelFormat.I420:
                int chroma = (y / 2 * half) + (x / 2);
                return FromYuv(row[x], frame.Data[plane + chroma], frame.Data[plane + (half * ((frame.Height + 1) / 2)) + chroma]);
            default:
                throw new ArgumentOutOfRangeException(nameof(frame), frame.Format, "Unknown pixel format.");
        }
    }

    // BT.601, full range: what webcams' JPEGs and rpicam's yuv420 hold.
    private static (byte R, byte G, byte B) FromYuv(int y, int cb, int cr)
    {
        (cb, cr) = (cb - 128, cr - 128);
        return (Clamp(y + (((359 * cr) + 128) >> 8)), Clamp(y - (((88 * cb) + (183 * cr) - 128) >> 8)), Clamp(y + (((454 * cb) + 128) >> 8)));
    }

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);
}
