using FsCheck;
using FsCheck.Fluent;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Arch;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Imaging;

public sealed class LetterboxTests
{
    // Mean 0 and scale 1 show the grey levels themselves.
    private static InputSpec Levels(int width, int height) => new(width, height, 1, 0, 1);

    [Fact]
    public void Any_picture_in_any_input_is_the_area_average_or_the_bilinear_interpolation()
    {
        Arbitrary<(PixelFormat Format, int Width, int Height, int Padding, int InputWidth, int InputHeight, InputFit Fit)> cases = Arb.From(
            from format in Gen.Elements(Enum.GetValues<PixelFormat>())
            from width in Gen.Choose(1, 120)
            from height in Gen.Choose(1, 120)
            from padding in Gen.Choose(0, 9)
            from inputWidth in Gen.Choose(8, 64)
            from inputHeight in Gen.Choose(8, 64)
            from fit in Gen.Elements(InputFit.Letterbox, InputFit.Stretch)
            select (format, width, height, padding, inputWidth, inputHeight, fit)
        );
        Prop.ForAll(cases, c =>
            {
                using Frame frame = TestFrames.Random(c.Format, c.Width, c.Height, c.Padding, c.Width ^ (c.Height << 8));
                float[] tensor = new float[c.InputWidth * c.InputHeight];
                LetterboxGeometry geometry = new Letterbox(Levels(c.InputWidth, c.InputHeight) with { Fit = c.Fit }).Fill(frame, tensor);
                for (int y = 0; y < c.InputHeight; y++)
                {
                    for (int x = 0; x < c.InputWidth; x++)
                    {
                        bool inside =
                            x >= geometry.X && x < geometry.X + geometry.Width && y >= geometry.Y && y < geometry.Y + geometry.Height;
                        double expected = inside ? ReferenceResize.At(frame, geometry, x - geometry.X, y - geometry.Y) : 0;
                        double actual = tensor[(y * c.InputWidth) + x];

                        // Half a level for the rounding to whole levels; the rest is floating point.
                        if (Math.Abs(expected - actual) > (inside ? 0.501 : 0) || actual != Math.Floor(actual))
                            return false;
                    }
                }

                return true;
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Theory]
    [InlineData(640, 480, 0, 0, 320, 240)]
    [InlineData(320, 240, 0, 0, 320, 240)]
    [InlineData(1920, 1080, 0, 30, 320, 180)]
    [InlineData(480, 640, 70, 0, 180, 240)]
    [InlineData(1, 1, 40, 0, 240, 240)]
    [InlineData(10000, 1, 0, 119, 320, 1)]
    [InlineData(1, 10000, 159, 0, 1, 240)]
    public void Pictures_are_centred_with_their_proportions(int width, int height, int x, int y, int fittedWidth, int fittedHeight) =>
        Assert.Equal(new LetterboxGeometry(width, height, x, y, fittedWidth, fittedHeight), LetterboxGeometry.Fit(width, height, 320, 240));

    [Theory]
    [InlineData(640, 480)]
    [InlineData(1, 10000)]
    [InlineData(320, 240)]
    public void A_stretched_picture_covers_the_input_and_boxes_come_back_to_its_pixels(int width, int height)
    {
        LetterboxGeometry geometry = LetterboxGeometry.Fit(width, height, new InputSpec(320, 240, 1, 128, 128, InputFit.Stretch));
        Assert.Equal(new LetterboxGeometry(width, height, 0, 0, 320, 240), geometry);
        Assert.Equal(new BoundingBox(0, 0, width, height), geometry.ToSource(new BoundingBox(-5, 0, 330, 240)));
    }

    [Fact]
    public void Values_are_normalised_and_borders_are_zero()
    {
        using Frame frame = TestFrames.Gray(10, 5, (_, _) => 255);
        float[] tensor = new float[20 * 20];
        tensor.AsSpan().Fill(float.NaN);
        new Letterbox(new InputSpec(20, 20, 1, 128, 64)).Fill(frame, tensor);
        Assert.All(tensor[..100], value => Assert.Equal(0, value));
        Assert.All(tensor[100..300], value => Assert.Equal((255f - 128) / 64, value));
        Assert.All(tensor[300..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Halves_round_up()
    {
        using Frame frame = TestFrames.Gray(16, 16, (x, y) => (byte)(100 + (((x + y) % 2) == 0 ? 1 : 0)));
        float[] tensor = new float[8 * 8];
        new Letterbox(Levels(8, 8)).Fill(frame, tensor);
        Assert.All(tensor, value => Assert.Equal(101, value));
    }

    [Fact]
    public void Boxes_go_there_and_back()
    {
        LetterboxGeometry geometry = LetterboxGeometry.Fit(1920, 1080, 320, 240);
        BoundingBox box = geometry.ToSource(new BoundingBox(32, 40, 64, 50));
        Assert.Equal(new BoundingBox(192, 60, 384, 300), box);
        Assert.Equal(new BoundingBox(0, 0, 1920, 1080), geometry.ToSource(new BoundingBox(-100, -100, 1000, 1000)));
        Assert.Equal(0, geometry.ToSource(new BoundingBox(10, 2, 20, 20)).Area);
    }

    [Fact]
    public void One_letterbox_serves_changing_sizes_without_allocating()
    {
        var letterbox = new Letterbox(new InputSpec(320, 240, 1, 128, 128));
        float[] tensor = new float[320 * 240];
        Frame[] frames =
        [
            .. new[] { (640, 480), (64, 48), (333, 777), (320, 240) }.Select(size =>
                TestFrames.Random(PixelFormat.Rgb24, size.Item1, size.Item2, 0, 1)
            ),
        ];
        foreach (Frame frame in frames)
            letterbox.Fill(frame, tensor);

        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 20; i++)
                    letterbox.Fill(frames[i % frames.Length], tensor);
            })
        );
    }

    [Fact]
    public void A_network_that_wants_colour_is_refused() =>
        Assert.Contains(
            "3",
            Assert.Throws<ModelException>(() => new Letterbox(new InputSpec(8, 8, 3, 0, 1))).Message,
            StringComparison.Ordinal
        );
}
