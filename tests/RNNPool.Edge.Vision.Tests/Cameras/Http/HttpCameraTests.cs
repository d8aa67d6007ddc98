using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Cameras.Jpeg;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Cameras.Http;

public sealed class HttpCameraTests
{
    private static readonly byte[] Picture = File.ReadAllBytes(RepositoryPath.Of("samples", "demo", "frame-000.jpg"));

    [Theory]
    [InlineData("plain")]
    [InlineData("quoted")]
    [InlineData("dashes")]
    [InlineData("space")]
    [InlineData("mixed")]
    [InlineData("lf")]
    [InlineData("unsized")]
    [InlineData("late")]
    [InlineData("open")]
    [InlineData("raw")]
    [InlineData("octet")]
    [InlineData("untyped")]
    public async Task Every_picture_of_a_stream_arrives_however_its_parts_are_written(string path)
    {
        using var server = new PictureServer(Picture, 8, TimeSpan.FromMilliseconds(5));
        (List<long> frames, CameraException failure) = await RunAsync($"ffmpeg:http://127.0.0.1:{server.Port}/{path}#rate=1000");
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (long)i), frames);
        Assert.Contains("ended", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.03, 12)]
    [InlineData(0.25, 4)]
    [InlineData(2, 2)]
    public async Task A_stream_under_the_rate_loses_no_picture_whatever_its_own_rate(double period, int count)
    {
        using var server = new PictureServer(Picture, count, TimeSpan.FromSeconds(period));
        (List<long> frames, _) = await RunAsync($"ffmpeg:http://127.0.0.1:{server.Port}/plain#rate=60");
        Assert.Equal(count, frames.Count);
    }

    [Fact]
    public async Task A_stream_over_the_rate_is_thinned_to_it()
    {
        using var server = new PictureServer(Picture, 60, TimeSpan.FromMilliseconds(20));
        var watch = Stopwatch.StartNew();
        (List<long> frames, _) = await RunAsync($"ffmpeg:http://127.0.0.1:{server.Port}/plain#rate=10");
        Assert.InRange(frames.Count, 8, 3 + (watch.Elapsed.TotalSeconds * 10));
    }

    [Fact]
    public async Task A_snapshot_address_is_asked_at_the_rate()
    {
        using var server = new PictureServer(Picture, 1, TimeSpan.Zero);
        await using ICamera camera = Create($"ffmpeg:http://127.0.0.1:{server.Port}/snap.jpg#rate=20");
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < 10; i++)
            (await camera.ReadAsync(TestContext.Current.CancellationToken))!.Dispose();
        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(400), $"{watch.Elapsed}");
        Assert.InRange(server.Requests.Count, 10, 12);
    }

    [Fact]
    public async Task User_and_password_are_sent_decoded_and_shown_nowhere()
    {
        using var server = new PictureServer(Picture, 2, TimeSpan.Zero);
        (List<long> frames, CameraException failure) = await RunAsync(
            $"ffmpeg:http://us%20er:p%40%3Ass%2F%23@127.0.0.1:{server.Port}/basic#rate=1000"
        );
        Assert.Equal(2, frames.Count);
        Assert.DoesNotContain("us%20er", failure.Message, StringComparison.Ordinal);
        (_, failure) = await RunAsync($"ffmpeg:http://us%20er:wrong@127.0.0.1:{server.Port}/basic");
        Assert.Contains("401", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Camera:Source", failure.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("moved", "http://127.0.0.1:1/x")]
    [InlineData("page", "text/html")]
    [InlineData("bitmap", "image/bmp")]
    [InlineData("absent", "404")]
    [InlineData("empty", "no picture")]
    public async Task Answers_without_pictures_are_refused_by_name(string path, string names)
    {
        using var server = new PictureServer(Picture, 1, TimeSpan.Zero);
        (List<long> frames, CameraException failure) = await RunAsync($"ffmpeg:http://127.0.0.1:{server.Port}/{path}");
        Assert.Empty(frames);
        Assert.Contains(names, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_pictures_of_a_stream_are_counted()
    {
        byte[] damaged = [.. Picture[..(Picture.Length / 2)], .. Picture[((Picture.Length / 2) + 2000)..]];
        using var server = new PictureServer(damaged, 5, TimeSpan.Zero);
        await using ICamera camera = Create($"ffmpeg:http://127.0.0.1:{server.Port}/plain#rate=1000");
        await Assert.ThrowsAsync<CameraException>(async () => await camera.ReadAsync(TestContext.Current.CancellationToken));
        Assert.InRange(camera.BadFrames, 1, 5);
    }

    [Fact]
    public async Task Large_pictures_are_decoded_at_the_smallest_size_that_has_the_width()
    {
        byte[] large = File.ReadAllBytes(RepositoryPath.Of("samples", "pictures", "astronaut.jpg"));
        using var server = new PictureServer(large, 1, TimeSpan.Zero);
        await using ICamera camera = Create($"ffmpeg:http://127.0.0.1:{server.Port}/snap.jpg#width=200&color=false");
        using Frame frame = (await camera.ReadAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((256, 256, PixelFormat.Gray8), (frame.Width, frame.Height, frame.Format));
    }

    [Fact]
    public void A_stream_is_cut_alike_however_its_bytes_arrive()
    {
        byte[] stream =
        [
            .. "noise\u00FF\r\n--b\r\n\r\n"u8,
            .. Picture,
            .. "\r\n--b\r\n\r\n"u8,
            .. Picture[..^2],
            .. "\r\n--b\r\n\r\n"u8,
            .. Picture,
        ];
        var random = new Random(3);
        for (int round = 0; round < 50; round++)
        {
            var pictures = new JpegStream();
            var lengths = new List<int>();
            for (int at = 0; at < stream.Length; )
            {
                int count = Math.Min(random.Next(1, round < 5 ? 3 : 9000), stream.Length - at);
                stream.AsSpan(at, count).CopyTo(pictures.Reserve().Span);
                pictures.Advance(count);
                at += count;
                while (pictures.TryTake(out ReadOnlySpan<byte> picture))
                    lengths.Add(picture.Length);
            }

            Assert.Equal([Picture.Length, Picture.Length - 2, Picture.Length], lengths);
        }
    }

    private static ICamera Create(string source) =>
        CameraFactory.CreateDefault(TimeProvider.System, NullLoggerFactory.Instance).Create(source);

    private static async Task<(List<long> Frames, CameraException Failure)> RunAsync(string source)
    {
        await using ICamera camera = Create(source);
        var target = new Collector();
        var failure = await Assert.ThrowsAsync<CameraException>(() => camera.RunAsync(target, TestContext.Current.CancellationToken));
        return (target.Frames, failure);
    }

    private sealed class Collector : IFrameTarget
    {
        public List<long> Frames { get; } = [];

        public bool Put(Frame frame)
        {
            using (frame)
                Frames.Add(frame.Sequence);
            return true;
        }
    }
}
