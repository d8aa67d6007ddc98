using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Tests.Support;

internal static class TestFrames
{
    /// <summary>A frame of random bytes, the padding between rows included.</summary>
    public static Frame Random(PixelFormat format, int width, int height, int padding, int seed)
    {
        int rowBytes = PixelFormats.RowBytes(format, width);
        Frame frame = new FramePool().Rent(width, height, format, rowBytes + padding);
        new Random(seed).NextBytes(frame.Data);
        return frame;
    }

    public static Frame Gray(int width, int height, Func<int, int, byte> level)
    {
        Frame frame = new FramePool().Rent(width, height, PixelFormat.Gray8);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                frame.Data[(y * width) + x] = level(x, y);
        }

        return frame;
    }
}
