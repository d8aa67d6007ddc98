using System.Runtime.InteropServices;
using RNNPool.Edge.Vision.Frames;
using SkiaSharp;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>Rotates a picture according to its EXIF orientation (tag 274).</summary>
internal static class Orientation
{
    /// <summary>Returns a new frame with the pixels of <paramref name="source"/> rotated; the caller still owns the source.</summary>
    public static Frame Rotate(Frame source, SKEncodedOrigin origin, FramePool pool)
    {
        bool swap =
            origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        Frame target = pool.Rent(swap ? source.Height : source.Width, swap ? source.Width : source.Height, source.Format);
        if (source.Format == PixelFormat.Gray8)
            Rotate<byte>(source, target, origin);
        else
            Rotate<uint>(source, target, origin);
        return target;
    }

    private static void Rotate<T>(Frame source, Frame target, SKEncodedOrigin origin)
        where T : unmanaged
    {
        int last = source.Width - 1,
            bottom = source.Height - 1;
        for (int y = 0; y < target.Height; y++)
        {
            Span<T> row = MemoryMarshal.Cast<byte, T>(target.Data[(y * target.Stride)..])[..target.Width];
            for (int x = 0; x < row.Length; x++)
            {
                (int sx, int sy) = origin switch
                {
                    SKEncodedOrigin.TopRight => (last - x, y),
                    SKEncodedOrigin.BottomRight => (last - x, bottom - y),
                    SKEncodedOrigin.BottomLeft => (x, bottom - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, bottom - x),
                    SKEncodedOrigin.RightBottom => (last - y, bottom - x),
                    SKEncodedOrigin.LeftBottom => (last - y, x),
                    _ => (x, y),
                };
                row[x] = MemoryMarshal.Cast<byte, T>(source.Data[(sy * source.Stride)..])[sx];
            }
        }
    }
}
