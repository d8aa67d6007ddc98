using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Imaging;
using Xunit;

namespace RNNPool.Edge.Vision.Tests.Quantized;

public sealed class PackageDetectorTests
{
    [Theory]
    [InlineData(HostEngine.Simd, "simd")]
    [InlineData(HostEngine.Interpreter, "interpreter")]
    public async Task Faces_are_found_in_a_picture_of_any_size(HostEngine engine, string name)
    {
        using var detector = new PackageDetector(GoldenModel.FaceQvga.Package(), engine: engine);
        using Frame frame = ImageCodec.Load(Path.Combine(GoldenModel.FaceQvga.Folder, "pictures", "portrait-vga.jpg"), new FramePool(1));
        var results = new DetectionList();
        await detector.DetectAsync(frame, results, TestContext.Current.CancellationToken);
        Assert.Equal((name, "face-qvga", "face"), (detector.Engine, detector.Model, detector.Labels[0]));
        Detection best = results.Items[0];
        Assert.True(best.Score > 0.5f && best.Box.Right <= frame.Width && best.Box.Bottom <= frame.Height);
        Assert.True(results.Duration > TimeSpan.Zero);
    }

    [Fact]
    public void Boxes_come_back_in_pixels_of_the_frame()
    {
        LetterboxGeometry geometry = LetterboxGeometry.Fit(640, 360, 320, 240); // scale 1/2, 30 rows of border
        var results = new DetectionList();
        PackageDetection[] detections = [new(32768, 160, 640, 480, 960, 3), new(60000, 0, 0, 320, 400, 4)];
        PackageDetector.AddDetections(detections, geometry, results);
        Detection only = Assert.Single(results.Items.ToArray()); // the other lies in the border
        Assert.Equal(new BoundingBox(20, 20, 40, 40), only.Box);
        Assert.Equal(0.5f, only.Score);
    }

    [Fact]
    public void The_picture_of_a_frame_has_grey_borders()
    {
        var pool = new FramePool(1);
        using Frame frame = pool.Rent(4, 2, PixelFormat.Gray8);
        frame.Data.Fill(200);
        byte[] picture = new byte[64];
        new GrayLetterbox(8, 8).Fill(frame, picture);
        Assert.All(picture[..16], value => Assert.Equal(128, value));
        Assert.All(picture[16..48], value => Assert.Equal(200, value));
        Assert.All(picture[48..], value => Assert.Equal(128, value));
    }
}
