using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Imaging;

/// <summary>Files that would occupy the device for long, or much of its memory.</summary>
public sealed class CostlyPictureTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FramePool _pool = new();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(JpegScans.MaxScans, false)]
    [InlineData(JpegScans.MaxScans + 1, true)]
    [InlineData(2000, true)]
    public void A_JPEG_with_too_many_scans_is_refused(int scans, bool refused)
    {
        using Frame frame = TestFrames.Random(PixelFormat.Gray8, 64, 48, 0, 3);
        byte[] jpeg = ImageCodec.Encode(frame, ImageEncoding.Jpeg);
        Assert.Equal(1, JpegScans.Count(jpeg));
        byte[] scan = [0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3F, 0x00, 0x12, 0xFF, 0x00, 0xFF, 0xD0, 0x34];
        byte[] many = [.. jpeg[..^2], .. Enumerable.Repeat(scan, scans - 1).SelectMany(bytes => bytes), 0xFF, 0xD9];

        Assert.Equal(scans, JpegScans.Count(many));
        Assert.Equal(refused, JpegScans.AreExcessive(many, 64 * 48));
        if (refused)
            Assert.Throws<ImageException>(() => ImageCodec.Decode(many, "x.jpg", _pool));
    }

    [Fact]
    public void The_number_of_scans_is_bounded_by_the_size_of_the_picture()
    {
        byte[] scan = [0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3F, 0x00];
        byte[] Scans(int count) => [0xFF, 0xD8, .. Enumerable.Repeat(scan, count).SelectMany(bytes => bytes), 0xFF, 0xD9];

        Assert.False(JpegScans.AreExcessive(Scans(1), FramePool.MaxPixels));
        Assert.False(JpegScans.AreExcessive(Scans(10), FramePool.MaxPixels));
        Assert.True(JpegScans.AreExcessive(Scans(50), FramePool.MaxPixels));
        Assert.Equal(0, JpegScans.Count([]));
        Assert.Equal(0, JpegScans.Count([0xFF]));
        Assert.Equal(1, JpegScans.Count([0xFF, 0xDA, 0xFF]));
    }

    /// <summary>The unit of the device may use 512 MiB.</summary>
    [Theory]
    [InlineData(512, 8192, 8192, 4, true)]
    [InlineData(512, 8192, 8192, 1, false)]
    [InlineData(512, 4000, 3000, 4, false)]
    [InlineData(64, 4000, 3000, 4, false)]
    [InlineData(64, 5000, 4000, 4, true)]
    [InlineData(8192, 8192, 8192, 4, false)]
    public void A_picture_has_a_share_of_the_memory(long megabytes, int width, int height, int bytesPerPixel, bool refused)
    {
        long limit = PictureMemory.Compute(megabytes << 20);

        Exception? refusal = Record.Exception(() => PictureMemory.Require("x.png", width, height, bytesPerPixel, limit));

        Assert.Equal(refused, refusal is ImageException);
        if (refused)
            Assert.Contains($"{width}x{height}", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void This_process_has_a_limit() => Assert.InRange(PictureMemory.Limit, 64 << 20, long.MaxValue);

    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Rgba32)]
    public void A_large_PNG_is_decoded_at_a_fraction_of_its_size(PixelFormat format)
    {
        using Frame frame = _pool.Rent(4000, 3000, format);
        for (int y = 0; y < frame.Height; y++)
            frame.Data.Slice(y * frame.Stride, frame.Stride).Fill((byte)(y * 250 / frame.Height));
        if (format == PixelFormat.Rgba32)
        {
            for (int i = 3; i < frame.Length; i += 4)
                frame.Data[i] = 255;
        }

        string path = Path.Combine(_folder.Path, "large.png");
        File.WriteAllBytes(path, ImageCodec.Encode(frame, ImageEncoding.Png));

        using Frame reduced = ImageCodec.LoadReduced(path, _pool, 640, 480);

        Assert.Equal((1000, 750, format), (reduced.Width, reduced.Height, reduced.Format));
        foreach (int y in new[] { 0, 300, 749 })
            Assert.InRange(reduced.Data[y * reduced.Stride], (y * 250 / 750) - 1, (y * 250 / 750) + 2);
        using Frame whole = ImageCodec.LoadReduced(path, _pool, 4000, 3000);
        Assert.Equal((4000, 3000), (whole.Width, whole.Height));
    }

    [Fact]
    public void A_damaged_PNG_is_refused_at_a_fraction_of_its_size_too()
    {
        using Frame frame = TestFrames.Random(PixelFormat.Gray8, 2000, 2000, 0, 3);
        byte[] png = ImageCodec.Encode(frame, ImageEncoding.Png);
        string path = Path.Combine(_folder.Path, "damaged.png");
        File.WriteAllBytes(path, png[..(png.Length / 2)]);

        Assert.Throws<ImageException>(() => ImageCodec.LoadReduced(path, _pool, 320, 240));
    }

    [Fact]
    public async Task A_pipe_among_the_pictures_does_not_stop_the_camera()
    {
        await RunAsync("mkfifo", Path.Combine(_folder.Path, "a.png"));
        using Frame frame = TestFrames.Random(PixelFormat.Gray8, 64, 48, 0, 3);
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "b.png"), ImageCodec.Encode(frame, ImageEncoding.Png), Cancellation);
        ICamera camera = CameraFactory
            .CreateDefault(TimeProvider.System, NullLoggerFactory.Instance)
            .Create($"images:{_folder.Path}?rate=1000");

        using Frame? read = await camera.ReadAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);

        Assert.Equal(64, read!.Width);
        await camera.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);
    }
}
