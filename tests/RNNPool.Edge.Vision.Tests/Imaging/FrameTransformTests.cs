using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Imaging;

public sealed class FrameTransformTests
{
    private readonly FramePool _pool = new();

    // The picture is   0 1 2
    //                  3 4 5
    [Theory]
    [InlineData(0, false, 3, new byte[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(90, false, 2, new byte[] { 3, 0, 4, 1, 5, 2 })]
    [InlineData(180, false, 3, new byte[] { 5, 4, 3, 2, 1, 0 })]
    [InlineData(270, false, 2, new byte[] { 2, 5, 1, 4, 0, 3 })]
    [InlineData(0, true, 3, new byte[] { 2, 1, 0, 5, 4, 3 })]
    [InlineData(90, true, 2, new byte[] { 0, 3, 1, 4, 2, 5 })]
    [InlineData(180, true, 3, new byte[] { 3, 4, 5, 0, 1, 2 })]
    [InlineData(270, true, 2, new byte[] { 5, 2, 4, 1, 3, 0 })]
    public void A_picture_is_rotated_clockwise_and_then_mirrored(int rotation, bool mirror, int width, byte[] expected)
    {
        Frame source = TestFrames.Gray(3, 2, (x, y) => (byte)((3 * y) + x));
        using Frame turned = new FrameTransform(rotation, mirror, CropArea.Whole, _pool).Apply(source);
        Assert.Equal((width, 6 / width), (turned.Width, turned.Height));
        Assert.Equal(expected, turned.Data.ToArray());
    }

    public static TheoryData<PixelFormat, int, bool> Every()
    {
        var data = new TheoryData<PixelFormat, int, bool>();
        foreach (PixelFormat format in Enum.GetValues<PixelFormat>())
        {
            foreach (int rotation in (int[])[0, 90, 180, 270])
            {
                data.Add(format, rotation, false);
                data.Add(format, rotation, true);
            }
        }

        return data;
    }

    // Colours must follow the brightness: the transformed picture in RGBA equals the RGBA picture transformed.
    [Theory]
    [MemberData(nameof(Every))]
    public void Every_format_becomes_the_same_picture(PixelFormat format, int rotation, bool mirror)
    {
        var crop = new CropArea(0.25, 0.125, 0.5, 0.5);
        Frame source = Smooth(format);
        Frame expectedSource = ColorConversion.ToRgba(source, _pool);
        using Frame expected = new FrameTransform(rotation, mirror, crop, _pool).Apply(expectedSource);
        using Frame transformed = new FrameTransform(rotation, mirror, crop, _pool).Apply(source);
        using Frame actual = ColorConversion.ToRgba(transformed, _pool);
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        int worst = 0;
        for (int i = 0; i < expected.Length; i++)
            worst = Math.Max(worst, Math.Abs(expected.Data[i] - actual.Data[i]));

        // Packed YUV loses every second row of its colours.
        Assert.True(worst <= (format == PixelFormat.Yuyv ? 12 : 0), $"{worst}");
    }

    [Fact]
    public void The_crop_becomes_the_whole_picture_and_keeps_number_and_time()
    {
        Frame source = TestFrames.Gray(100, 50, (x, y) => (byte)(x + y));
        source.Sequence = 7;
        using Frame cropped = new FrameTransform(0, false, new CropArea(0.5, 0.2, 0.3, 0.4), _pool).Apply(source);
        Assert.Equal((30, 20, 7L), (cropped.Width, cropped.Height, cropped.Sequence));
        Assert.Equal(60, cropped.Data[0]);
    }

    [Theory]
    [InlineData(0.95, 0.95, 0.05, 0.05)]
    [InlineData(0, 0, 0.05, 1)]
    [InlineData(0.999, 0.5, 0.05, 0.5)]
    public void Every_area_of_every_size_lies_within_the_picture(double x, double y, double width, double height)
    {
        foreach (PixelFormat format in Enum.GetValues<PixelFormat>())
        {
            for (int size = 1; size < 20; size++)
            {
                Frame source = TestFrames.Random(format, size, 21 - size, padding: 4, seed: size);
                using Frame cropped = new FrameTransform(90, true, new CropArea(x, y, width, height), _pool).Apply(source);
                Assert.True(cropped.Width >= 1 && cropped.Height >= 1);
            }
        }
    }

    [Fact]
    public void Frames_in_steady_state_allocate_nothing()
    {
        var transform = new FrameTransform(90, true, new CropArea(0.1, 0.1, 0.8, 0.8), _pool);
        Assert.Equal(0, Allocation.Least(() => transform.Apply(_pool.Rent(64, 48, PixelFormat.I420)).Dispose()));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(" ", true)]
    [InlineData("0 0 1 1", true)]
    [InlineData("0.25, 0.1, 0.5, .5", true)]
    [InlineData("0.333 0 0.667 1", true)]
    [InlineData("0 0 1", false)]
    [InlineData("0.5 0 0.6 1", false)]
    [InlineData("0 0 0.01 1", false)]
    [InlineData("-0.1 0 1 1", false)]
    [InlineData("a b c d", false)]
    [InlineData("0 0 NaN 1", false)]
    public void Areas_are_parsed(string text, bool valid)
    {
        Assert.Equal(valid, CropArea.TryParse(text, out _));
        if (valid)
            Assert.Matches(CropArea.Pattern, text);
    }

    private Frame Smooth(PixelFormat format)
    {
        Frame frame = _pool.Rent(32, 16, format);
        int luma = format is PixelFormat.Nv12 or PixelFormat.I420 or PixelFormat.Gray8 ? 32 * 16 : 0;
        for (int i = 0; i < frame.Length; i++)
            frame.Data[i] = (byte)(i < luma ? (i % 32 * 5) + (i / 32 * 3) : 90 + (i % 64 / 2) + (i / 128 * 2));
        return frame;
    }
}
