using FsCheck;
using FsCheck.Fluent;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Imaging;

public sealed class GrayLetterboxTests
{
    [Fact]
    public void Bytes_are_the_grey_levels_of_the_float_letterbox_with_borders_of_128()
    {
        Arbitrary<(PixelFormat Format, int Width, int Height, int Padding, int InputWidth, int InputHeight, InputFit Fit)> cases = Arb.From(
            from format in Gen.Elements(Enum.GetValues<PixelFormat>())
            from width in Gen.Choose(1, 160)
            from height in Gen.Choose(1, 160)
            from padding in Gen.Choose(0, 9)
            from inputWidth in Gen.Choose(8, 96)
            from inputHeight in Gen.Choose(8, 96)
            from fit in Gen.Elements(InputFit.Letterbox, InputFit.Stretch)
            select (format, width, height, padding, inputWidth, inputHeight, fit)
        );
        Prop.ForAll(cases, c =>
            {
                using Frame frame = TestFrames.Random(c.Format, c.Width, c.Height, c.Padding, c.Width ^ (c.Height << 8));
                return Bytes(frame, c.InputWidth, c.InputHeight, c.Fit).SequenceEqual(Levels(frame, c.InputWidth, c.InputHeight, c.Fit));
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Yuyv)]
    [InlineData(PixelFormat.Rgb24)]
    public void A_frame_of_the_picture_size_is_copied(PixelFormat format)
    {
        using Frame frame = TestFrames.Random(format, 64, 48, 3, 1);
        byte[] gray = new byte[64 * 48];
        GrayConversion.Convert(frame, gray);
        Assert.Equal(gray, Bytes(frame, 64, 48, InputFit.Letterbox));
        Assert.Equal(gray, Levels(frame, 64, 48, InputFit.Letterbox));
    }

    [Fact]
    public void One_letterbox_serves_changing_sizes_without_allocating()
    {
        var letterbox = new GrayLetterbox(320, 240);
        byte[] picture = new byte[320 * 240];
        Frame[] frames =
        [
            .. new[] { (640, 480), (64, 48), (333, 777), (320, 240) }.Select(size =>
                TestFrames.Random(PixelFormat.Rgb24, size.Item1, size.Item2, 0, 1)
            ),
        ];
        foreach (Frame frame in frames)
            letterbox.Fill(frame, picture);

        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 20; i++)
                    letterbox.Fill(frames[i % frames.Length], picture);
            })
        );
    }

    [Fact]
    public void Another_length_and_colour_are_refused()
    {
        using Frame frame = TestFrames.Random(PixelFormat.Gray8, 8, 8, 0, 1);
        Assert.Throws<ArgumentException>("picture", () => new GrayLetterbox(8, 8).Fill(frame, new byte[63]));
        Assert.Throws<ModelException>(() => new GrayLetterbox(8, 8, channels: 3));
    }

    private static byte[] Bytes(Frame frame, int width, int height, InputFit fit)
    {
        byte[] picture = new byte[width * height];
        new GrayLetterbox(width, height, 1, fit).Fill(frame, picture);
        return picture;
    }

    // Mean 128 puts the borders, which are 0, at grey level 128.
    private static byte[] Levels(Frame frame, int width, int height, InputFit fit)
    {
        float[] tensor = new float[width * height];
        new Letterbox(new InputSpec(width, height, 1, 128, 1, fit)).Fill(frame, tensor);
        return [.. tensor.Select(value => (byte)(value + 128))];
    }
}
