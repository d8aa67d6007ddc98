using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Tests.Support;

/// <summary>Grey by its definition, one pixel at a time.</summary>
internal static class ReferenceGray
{
    public static byte At(Frame frame, int x, int y)
    {
        ReadOnlySpan<byte> row = frame.Data[(y * frame.Stride)..];
        return frame.Format switch
        {
            PixelFormat.Rgb24 => Luma(row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]),
            PixelFormat.Bgr24 => Luma(row[(3 * x) + 2], row[(3 * x) + 1], row[3 * x]),
            PixelFormat.Rgba32 => Luma(row[4 * x], row[(4 * x) + 1], row[(4 * x) + 2]),
            PixelFormat.Bgra32 => Luma(row[(4 * x) + 2], row[(4 * x) + 1], row[4 * x]),
            PixelFormat.Yuyv => row[2 * x],
            _ => row[x],
        };
    }

    private static byte Luma(int r, int g, int b) => (byte)(((77 * r) + (150 * g) + (29 * b) + 128) / 256);
}
