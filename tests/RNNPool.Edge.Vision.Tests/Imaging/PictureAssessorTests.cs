using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Imaging;

public sealed class PictureAssessorTests
{
    private readonly FramePool _pool = new();

    public static TheoryData<string> Usable() =>
        [
            .. Directory
                .EnumerateFiles(RepositoryPath.Of("samples"), "*.jpg", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(RepositoryPath.Of("samples"), path)),
        ];

    [Theory]
    [MemberData(nameof(Usable))]
    public void Usable_pictures_have_no_fault_even_in_dim_light(string name)
    {
        using Frame frame = Load(name, 1);
        using Frame dim = Load(name, 0.35);
        Assert.Equal(PictureFault.None, new PictureAssessor().Assess(frame));
        Assert.Equal(PictureFault.None, new PictureAssessor().Assess(dim));
    }

    [Theory]
    [InlineData(0.05, 0, PictureFault.Dark)]
    [InlineData(0.03, 60, PictureFault.Covered)]
    [InlineData(0.03, 200, PictureFault.Covered)]
    public void Dark_and_covered_pictures_are_found(double gain, int offset, PictureFault expected)
    {
        using Frame frame = Load("pictures/astronaut.jpg", gain, offset);
        Assert.Equal(expected, new PictureAssessor().Assess(frame));
    }

    [Theory]
    [InlineData("pictures/astronaut.jpg")]
    [InlineData("pictures/chelsea.jpg")]
    [InlineData("pictures/coffee.jpg")]
    public void A_picture_far_out_of_focus_is_found_and_one_that_is_a_little_soft_is_not(string name)
    {
        using Frame frame = Load(name, 1);
        using Frame soft = Blur(frame, frame.Width / 200);
        using Frame blurred = Blur(frame, frame.Width / 16);
        Assert.Equal(PictureFault.None, new PictureAssessor().Assess(soft));
        Assert.Equal(PictureFault.Blurred, new PictureAssessor().Assess(blurred));
    }

    [Fact]
    public void A_picture_that_equals_the_one_before_is_frozen_and_the_least_noise_is_not()
    {
        var assessor = new PictureAssessor();
        using Frame frame = Load("pictures/coffee.jpg", 1);
        Assert.Equal(PictureFault.None, assessor.Assess(frame));
        Assert.Equal(PictureFault.Frozen, assessor.Assess(frame));
        for (int i = 0; i < frame.Length; i += 97)
            frame.Data[i] ^= 1;
        Assert.Equal(PictureFault.None, assessor.Assess(frame));
    }

    [Fact]
    public void Every_format_and_size_is_assessed()
    {
        var assessor = new PictureAssessor();
        foreach (PixelFormat format in Enum.GetValues<PixelFormat>())
        {
            foreach (int size in (int[])[1, 2, 7, 700])
            {
                using Frame frame = TestFrames.Random(format, size, Math.Min(size, 40), padding: 4, seed: size);
                assessor.Assess(frame);
            }
        }
    }

    [Fact]
    public void Frames_in_steady_state_allocate_nothing()
    {
        var assessor = new PictureAssessor();
        using Frame frame = TestFrames.Random(PixelFormat.Yuyv, 640, 480, padding: 0, seed: 1);
        assessor.Assess(frame);
        Assert.Equal(0, Allocation.Least(() => assessor.Assess(frame)));
    }

    private Frame Load(string name, double gain, int offset = 0)
    {
        using Frame frame = ImageCodec.Load(RepositoryPath.Of("samples", name), _pool);
        Frame gray = _pool.Rent(frame.Width, frame.Height, PixelFormat.Gray8);
        GrayConversion.Convert(frame, gray.Data);
        for (int i = 0; i < gray.Length; i++)
            gray.Data[i] = (byte)Math.Clamp((gray.Data[i] * gain) + offset, 0, 255);
        return gray;
    }

    private Frame Blur(Frame source, int radius)
    {
        Frame across = Smooth(source, radius, 1, source.Width);
        using (across)
            return Smooth(across, radius, source.Width, source.Height);
    }

    // A mean of neighbours in one direction, twice.
    private Frame Smooth(Frame source, int radius, int step, int count)
    {
        Frame target = _pool.Rent(source.Width, source.Height, PixelFormat.Gray8);
        source.Data.CopyTo(target.Data);
        var line = new double[count];
        for (int start = 0; start < source.Length / count; start++)
        {
            int origin = step == 1 ? start * count : start;
            for (int round = 0; round < 2; round++)
            {
                for (int i = 0; i < count; i++)
                    line[i] = target.Data[origin + (i * step)];
                for (int i = 0; i < count; i++)
                {
                    double sum = 0;
                    for (int j = i - radius; j <= i + radius; j++)
                        sum += line[Math.Clamp(j, 0, count - 1)];
                    target.Data[origin + (i * step)] = (byte)(sum / ((2 * radius) + 1));
                }
            }
        }

        return target;
    }
}
