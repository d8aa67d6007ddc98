using System.Text.Json;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Tests.Cli;

public sealed class EvalOrientationTests : IDisposable
{
    private static readonly CropArea Upper = new(0, 0, 1, 0.75);

    private readonly TemporaryFolder _folder = new();
    private readonly FramePool _pool = new();

    public void Dispose() => _folder.Dispose();

    // The face of the upright picture of 512x384 is at 180, 61 and has 88x109 pixels.
    [Theory]
    [InlineData(1, 0, "512,384,180,61,88,109")]
    [InlineData(6, 270, "384,512,61,244,109,88")]
    [InlineData(3, 180, "512,384,244,214,88,109")]
    [InlineData(8, 90, "384,512,214,180,109,88")]
    [InlineData(6, 270, "512,384,180,61,88,109")]
    [InlineData(8, 90, "512,384,180,61,88,109")]
    public async Task Boxes_of_the_stored_picture_and_of_the_upright_one_are_found(int orientation, int stored, string columns)
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "p.jpg"), Portrait(orientation, stored));
        string csv = Path.Combine(_folder.Path, "boxes.csv");
        await File.WriteAllTextAsync(csv, $"image,width,height,x,y,w,h\np.jpg,{columns}\n", TestContext.Current.CancellationToken);
        (int code, string output, string error) = await CommandLine.InvokeAsync("eval", csv, "--json");
        Assert.True(code == 0, error);
        Assert.Equal(1, JsonDocument.Parse(output).RootElement.GetProperty("recall").GetDouble());
    }

    /// <summary>The size alone does not show which boxes a picture has that is upside down.</summary>
    [Theory]
    [InlineData("512,384,180,61,88,109", 1)]
    [InlineData("384,512,61,244,109,88", 0.5)]
    public async Task A_picture_whose_size_is_ambiguous_follows_the_others(string others, double recall)
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "six.jpg"), Portrait(6, 270));
        File.WriteAllBytes(Path.Combine(_folder.Path, "three.jpg"), Portrait(3, 180));
        string csv = Path.Combine(_folder.Path, "boxes.csv");
        await File.WriteAllTextAsync(
            csv,
            $"image,width,height,x,y,w,h\nthree.jpg,512,384,180,61,88,109\nsix.jpg,{others}\n",
            TestContext.Current.CancellationToken
        );

        (int code, string output, string error) = await CommandLine.InvokeAsync("eval", csv, "--json");

        Assert.True(code == 0, error);
        Assert.Equal(recall, JsonDocument.Parse(output).RootElement.GetProperty("recall").GetDouble());
    }

    private byte[] Portrait(int orientation, int rotation)
    {
        Frame upright = new FrameTransform(0, false, Upper, _pool).Apply(
            ImageCodec.Load(Path.Combine(Samples.Root, "samples", "pictures", "astronaut.jpg"), _pool)
        );
        using Frame frame = new FrameTransform(rotation, false, CropArea.Whole, _pool).Apply(upright);
        byte[] jpeg = ImageCodec.Encode(frame, ImageEncoding.Jpeg, 95);
        byte[] exif = [.. "Exif\0\0MM\0*\0\0\0\b\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0"u8, (byte)orientation, .. new byte[6]];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }
}
