using FsCheck;
using FsCheck.Fluent;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Imaging;

public sealed class GrayConversionTests
{
    [Fact]
    public void Every_format_of_any_size_and_stride_equals_the_formula()
    {
        Arbitrary<(PixelFormat Format, int Width, int Height, int Padding, int Seed)> frames = Arb.From(
            from format in Gen.Elements(Enum.GetValues<PixelFormat>())
            from width in Gen.Choose(1, 100)
            from height in Gen.Choose(1, 5)
            from padding in Gen.Choose(0, 40)
            from seed in Gen.Choose(0, int.MaxValue - 1)
            select (format, width, height, padding, seed)
        );
        Prop.ForAll(frames, f =>
            {
                using Frame frame = TestFrames.Random(f.Format, f.Width, f.Height, f.Padding, f.Seed);
                byte[] gray = new byte[f.Width * f.Height];
                GrayConversion.Convert(frame, gray);
                for (int y = 0; y < f.Height; y++)
                {
                    for (int x = 0; x < f.Width; x++)
                    {
                        if (gray[(y * f.Width) + x] != ReferenceGray.At(frame, x, y))
                            return false;
                    }
                }

                return true;
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Theory]
    [InlineData(255, 255, 255, 255)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(255, 0, 0, 77)]
    [InlineData(0, 255, 0, 149)]
    [InlineData(0, 0, 255, 29)]
    public void Colours_have_their_BT601_luma(byte r, byte g, byte b, byte luma)
    {
        byte[] row = new byte[64 * 3],
            gray = new byte[64];
        for (int x = 0; x < 64; x++)
            (row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]) = (r, g, b);
        GrayConversion.ConvertRow(row, PixelFormat.Rgb24, gray);
        Assert.All(gray, value => Assert.Equal(luma, value));
    }

    [Fact]
    public void A_short_row_is_refused()
    {
        Assert.Throws<ArgumentException>(() => GrayConversion.ConvertRow(new byte[29], PixelFormat.Rgb24, new byte[10]));
        Assert.Throws<ArgumentException>(() => GrayConversion.ConvertRow(new byte[9], PixelFormat.Yuyv, new byte[5]));
    }
}
