using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Tests.Imaging;

public sealed class FrameScalingTests
{
    private readonly FramePool _pool = new();

    [Fact]
    public void Shrinking_averages_areas_and_keeps_proportions()
    {
        using Frame frame = _pool.Rent(6, 4, PixelFormat.Gray8);
        for (int y = 0; y < 4; y++)
        {
            for (int x = 0; x < 6; x++)
                frame.Data[(y * frame.Stride) + x] = (byte)((y * 40) + (x * 10));
        }

        using Frame small = FrameScaling.Shrink(frame, 3, _pool);

        Assert.Equal((3, 2, PixelFormat.Rgba32), (small.Width, small.Height, small.Format));
        byte[] expected = [25, 45, 65, 105, 125, 145];
        Assert.Equal(expected, Enumerable.Range(0, 6).Select(i => small.Data[(i / 3 * small.Stride) + (i % 3 * 4) + 1]));
        Assert.Equal(255, small.Data[3]);
    }

    [Theory]
    [InlineData(7, 5, 3)]
    [InlineData(641, 479, 640)]
    [InlineData(100, 1, 7)]
    public void A_flat_colour_stays_what_it_is(int width, int height, int to)
    {
        using Frame frame = _pool.Rent(width, height, PixelFormat.Rgb24);
        for (int i = 0; i < frame.Length; i++)
            frame.Data[i] = (byte)(i % frame.Stride % 3 == 1 ? 200 : 17);

        using Frame small = FrameScaling.Shrink(frame, to, _pool);

        Assert.Equal(to, small.Width);
        for (int i = 0; i < small.Length; i += 4)
            Assert.Equal((17, 200, 17, 255), (small.Data[i], small.Data[i + 1], small.Data[i + 2], small.Data[i + 3]));
    }

    [Fact]
    public void A_frame_that_is_small_enough_keeps_its_size()
    {
        using Frame frame = _pool.Rent(64, 48, PixelFormat.Yuyv);

        using Frame copy = FrameScaling.Shrink(frame, 64, _pool);

        Assert.Equal((64, 48), (copy.Width, copy.Height));
    }
}
