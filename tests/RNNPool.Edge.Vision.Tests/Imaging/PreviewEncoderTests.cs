using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Vision.Tests.Imaging;

public sealed class PreviewEncoderTests
{
    private readonly FramePool _pool = new();
    private readonly PreviewEncoder _encoder = new();

    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Rgb24)]
    [InlineData(PixelFormat.Bgr24)]
    [InlineData(PixelFormat.Rgba32)]
    [InlineData(PixelFormat.Bgra32)]
    [InlineData(PixelFormat.Yuyv)]
    [InlineData(PixelFormat.Nv12)]
    [InlineData(PixelFormat.I420)]
    public void A_preview_shows_the_picture_smaller(PixelFormat format)
    {
        using Frame frame = HalfAndHalf(format, 642, 482);

        using Frame small = ImageCodec.Decode(_encoder.Encode(frame, 160, 90), "preview", _pool);
        using Frame whole = ImageCodec.Decode(_encoder.Encode(frame, 1280, 90), "preview", _pool);

        Assert.Equal((160, 120, 642, 482), (small.Width, small.Height, whole.Width, whole.Height));
        foreach (Frame shown in new[] { small, whole })
        {
            Assert.InRange(Luma(shown, shown.Width / 4, shown.Height / 2), 40, 60);
            Assert.InRange(Luma(shown, shown.Width * 3 / 4, shown.Height / 2), 190, 210);
        }
    }

    [Fact]
    public void Fine_detail_is_averaged_and_not_skipped()
    {
        using Frame frame = _pool.Rent(640, 480, PixelFormat.Gray8);
        for (int i = 0; i < frame.Length; i++)
            frame.Data[i] = (byte)(i % 4 < 2 ? 0 : 200);

        using Frame small = ImageCodec.Decode(_encoder.Encode(frame, 160, 95), "preview", _pool);

        for (int y = 10; y < 110; y++)
            Assert.InRange(Luma(small, 10 + y, y), 80, 120);
    }

    /// <summary>Left half at 50, right half at 200, without colour.</summary>
    private Frame HalfAndHalf(PixelFormat format, int width, int height)
    {
        Frame frame = _pool.Rent(width, height, format);
        frame.Data.Fill(128);
        int bytes = format switch
        {
            PixelFormat.Rgb24 or PixelFormat.Bgr24 => 3,
            PixelFormat.Rgba32 or PixelFormat.Bgra32 => 4,
            PixelFormat.Yuyv => 2,
            _ => 1,
        };
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Span<byte> pixel = frame.Data.Slice((y * frame.Stride) + (x * bytes), bytes);
                byte level = (byte)(x < width / 2 ? 50 : 200);
                if (format == PixelFormat.Yuyv)
                    pixel[0] = level;
                else
                    pixel.Fill(level);
            }
        }

        return frame;
    }

    private static int Luma(Frame frame, int x, int y) =>
        frame.Data[(y * frame.Stride) + (x * (frame.Format == PixelFormat.Gray8 ? 1 : 4))];
}
