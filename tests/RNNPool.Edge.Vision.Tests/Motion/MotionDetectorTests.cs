using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Motion;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Motion;

public sealed class MotionDetectorTests
{
    private const int Width = 320;
    private const int Height = 240;

    private readonly FramePool _pool = new();
    private readonly Random _random = new(1);

    [Fact]
    public void A_still_scene_with_a_cameras_noise_is_still()
    {
        MotionDetector detector = Create();
        Assert.Equal(MotionVerdict.Unknown, Look(detector));
        for (int i = 0; i < 200; i++)
            Assert.Equal(MotionVerdict.Still, Look(detector));
    }

    [Theory]
    [InlineData(16, 1)]
    [InlineData(40, 1)]
    [InlineData(40, -1)]
    public void Something_the_size_of_a_face_that_moves_is_seen(int size, int sign)
    {
        MotionDetector detector = Create();
        for (int i = 0; i < 20; i++)
            Look(detector);
        for (int i = 0; i < 30; i++)
            Assert.Equal(MotionVerdict.Moving, Look(detector, box: (20 + (8 * i), 100, size, 40 * sign)));
        Assert.InRange(detector.ChangedArea, 0.5f * size * size / (Width * Height), 3f * size * size / (Width * Height));
    }

    [Fact]
    public void What_stays_becomes_background_but_not_soon_and_its_leaving_is_motion_again()
    {
        MotionDetector detector = Create();
        for (int i = 0; i < 20; i++)
            Look(detector);
        int frames = 0;
        while (Look(detector, box: (100, 100, 40, 50)) == MotionVerdict.Moving)
            frames++;
        Assert.InRange(frames, 60, 600);
        for (int i = 0; i < 600; i++)
            Look(detector, box: (100, 100, 40, 50));
        Assert.Equal(MotionVerdict.Moving, Look(detector));
    }

    [Theory]
    [InlineData(1.3)]
    [InlineData(0.7)]
    [InlineData(0.4)]
    public void A_light_that_changes_everywhere_is_no_motion_and_does_not_hide_any(double gain)
    {
        MotionDetector detector = Create();
        for (int i = 0; i < 20; i++)
            Look(detector);
        for (int i = 0; i < 20; i++)
            Assert.NotEqual(MotionVerdict.Moving, Look(detector, gain));
        Assert.Equal(MotionVerdict.Still, Look(detector, gain));
        Assert.Equal(MotionVerdict.Moving, Look(detector, gain, (100, 100, 40, 60)));
    }

    [Fact]
    public void A_slow_dusk_is_no_motion()
    {
        MotionDetector detector = Create();
        Look(detector);
        for (int i = 0; i < 500; i++)
            Assert.NotEqual(MotionVerdict.Moving, Look(detector, 1 - (i * 0.0015)));
    }

    [Fact]
    public void Another_scene_is_unknown_and_then_known()
    {
        MotionDetector detector = Create();
        for (int i = 0; i < 20; i++)
            Look(detector);
        Assert.Equal(MotionVerdict.Unknown, detector.Update(TestFrames.Gray(Width, Height, (x, y) => (byte)(255 - (x / 2)))));
        Assert.Equal(MotionVerdict.Still, detector.Update(TestFrames.Gray(Width, Height, (x, y) => (byte)(255 - (x / 2)))));
    }

    [Fact]
    public void Motion_under_a_mask_does_not_count_and_beside_it_does()
    {
        var detector = new MotionDetector(12, 0.002f, ["0,0 0.5,0 0.5,1 0,1"]);
        for (int i = 0; i < 20; i++)
            Look(detector);
        Assert.Equal(MotionVerdict.Still, Look(detector, box: (40, 100, 40, 60)));
        Assert.Equal(MotionVerdict.Moving, Look(detector, box: (240, 100, 40, 60)));
    }

    [Fact]
    public void Masks_that_are_none_or_leave_nothing_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new MotionDetector(12, 0.002f, ["0,0 1,0 1,1 0,1"]));
        Assert.Throws<ArgumentException>(() => new MotionDetector(12, 0.002f, ["0,0 1,0"]));
        Assert.NotNull(MotionDetector.Check(["0,0 2,0 1,1"]));
        Assert.Null(MotionDetector.Check(["0,0 1,0 1,1"]));
    }

    [Theory]
    [InlineData(PixelFormat.Yuyv, 322, 241, 14)]
    [InlineData(PixelFormat.Rgba32, 640, 480, 0)]
    [InlineData(PixelFormat.I420, 40, 30, 24)]
    [InlineData(PixelFormat.Gray8, 1, 1, 0)]
    [InlineData(PixelFormat.Nv12, 81, 61, 3)]
    public void Every_format_and_size_is_looked_at_and_a_still_picture_of_it_is_still(
        PixelFormat format,
        int width,
        int height,
        int padding
    )
    {
        MotionDetector detector = Create();
        using Frame frame = TestFrames.Random(format, width, height, padding, 5);
        Assert.Equal(MotionVerdict.Unknown, detector.Update(frame));
        Assert.Equal(MotionVerdict.Still, detector.Update(frame));
        Assert.Equal(0, detector.ChangedArea);
        using Frame other = TestFrames.Random(format, width + 1, height, padding, 6);
        Assert.Equal(MotionVerdict.Unknown, detector.Update(other));
    }

    [Fact]
    public void A_look_allocates_nothing()
    {
        MotionDetector detector = Create();
        using Frame frame = TestFrames.Random(PixelFormat.Yuyv, 640, 480, 0, 5);
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                for (int i = 0; i < 50; i++)
                    detector.Update(frame);
            })
        );
    }

    private static MotionDetector Create() => new(12, 0.002f, []);

    /// <summary>Looks at a textured room with noise, in some light, and perhaps with something in it.</summary>
    private MotionVerdict Look(MotionDetector detector, double gain = 1, (int X, int Y, int Size, int Contrast)? box = null)
    {
        using Frame frame = _pool.Rent(Width, Height, PixelFormat.Gray8);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                double level = 90 + (40 * Math.Sin(x / 17.0) * Math.Cos(y / 23.0));
                if (box is { } thing && x >= thing.X && x < thing.X + thing.Size && y >= thing.Y && y < thing.Y + thing.Size)
                    level += thing.Contrast;
                frame.Data[(y * Width) + x] = (byte)Math.Clamp((level * gain) + _random.Next(-6, 7), 0, 255);
            }
        }

        return detector.Update(frame);
    }
}
