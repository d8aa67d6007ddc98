using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Cameras;

public sealed class ImagesCameraTests : IDisposable
{
    private const int SkippedPicture = 2001;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly CollectingLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_is_read_in_natural_order_and_ends()
    {
        foreach (int number in new[] { 10, 9, 1, 2, 100 })
            Picture($"frame{number}.png", (byte)number);
        _folder.File("notes.txt", "not a picture"u8);
        Assert.Equal([1, 2, 9, 10, 100], await ReadAllAsync($"images:{_folder.Path}?rate=0"));
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public async Task A_pattern_chooses_and_a_file_is_one_picture()
    {
        Picture("a1.png", 1);
        Picture("a2.png", 2);
        Picture("a10.png", 10);
        Picture("b1.png", 3);
        Assert.Equal([1, 2, 10], await ReadAllAsync($"images:{_folder.Path}/a*.png?rate=0"));
        Assert.Equal([1, 2], await ReadAllAsync($"images:{_folder.Path}/a?.png?rate=0"));
        Assert.Equal([3], await ReadAllAsync($"images:{_folder.Path}/b1.png?rate=0"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_loop_goes_on_and_numbers_its_frames(bool cache)
    {
        for (byte i = 1; i <= 3; i++)
            Picture($"{i}.png", i);
        await using ICamera camera = Create($"images:{_folder.Path}?rate=0&loop=true&cache={cache}");
        for (int i = 0; i < 10; i++)
        {
            using Frame? frame = await camera.ReadAsync(TestContext.Current.CancellationToken);
            Assert.Equal(((long)i, (i % 3) + 1), (frame!.Sequence, (int)frame.Data[0]));
            Assert.Equal(FrameTime.Now(_time), frame.Time);

            // The cache must not be what the reader gets to write on.
            frame.Data.Fill(77);
        }
    }

    [Fact]
    public async Task Frames_come_at_the_rate_and_a_slow_reader_is_not_flooded()
    {
        for (byte i = 1; i <= 5; i++)
            Picture($"{i}.png", i);
        await using ICamera camera = Create($"images:{_folder.Path}?rate=4&loop=true");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        (await camera.ReadAsync(cancellation))!.Dispose();

        Task<Frame?> second = camera.ReadAsync(cancellation).AsTask();
        _time.Advance(TimeSpan.FromSeconds(0.24));
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.01));
        (await second)!.Dispose();

        // Ten periods later there is one frame at once, not ten.
        _time.Advance(TimeSpan.FromSeconds(2.5));
        (await camera.ReadAsync(cancellation))!.Dispose();
        Task<Frame?> fourth = camera.ReadAsync(cancellation).AsTask();
        Assert.False(fourth.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.25));
        (await fourth)!.Dispose();
    }

    [Fact]
    public async Task An_unreadable_picture_is_skipped_with_one_warning()
    {
        Picture("1.png", 1);
        string broken = _folder.File("2.png", "broken"u8);
        Picture("3.png", 3);
        await using ICamera camera = Create($"images:{_folder.Path}?rate=0&loop=true");
        for (int i = 0; i < 6; i++)
        {
            using Frame? frame = await camera.ReadAsync(TestContext.Current.CancellationToken);
            Assert.Equal(i % 2 == 0 ? 1 : 3, frame!.Data[0]);
        }

        (LogLevel level, int id, string text) = Assert.Single(_logger.Lines);
        Assert.Equal((LogLevel.Warning, SkippedPicture), (level, id));
        Assert.Contains(broken, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_no_picture_can_be_read_the_camera_fails()
    {
        _folder.File("1.png", "broken"u8);
        _folder.File("2.png", []);
        string message = await FailureAsync($"images:{_folder.Path}?rate=0&loop=true");
        Sentence.AssertNames(message, $"images:{_folder.Path}: |2|1.png");
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        Sentence.AssertNames(await FailureAsync($"images:{_folder.Path}/none"), $"images:{_folder.Path}/none: ");
        Sentence.AssertNames(await FailureAsync($"images:{_folder.Path}"), $"images:{_folder.Path}: |JPEG|PNG|WebP|GIF|BMP");
        Sentence.AssertNames(await FailureAsync($"images:{_folder.Path}/x*.jpg"), $"images:{_folder.Path}/x*.jpg: |x*.jpg");
    }

    [Fact]
    public async Task Waiting_for_a_frame_can_be_cancelled()
    {
        Picture("1.png", 1);
        await using ICamera camera = Create($"images:{_folder.Path}?rate=1&loop=true");
        (await camera.ReadAsync(TestContext.Current.CancellationToken))!.Dispose();
        using var cancellation = new CancellationTokenSource();
        Task<Frame?> waiting = camera.ReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private ICamera Create(string source) => CameraFactory.CreateDefault(_time, _logger).Create(source);

    private async Task<List<int>> ReadAllAsync(string source)
    {
        await using ICamera camera = Create(source);
        var levels = new List<int>();
        while (await camera.ReadAsync(TestContext.Current.CancellationToken) is { } frame)
        {
            levels.Add(frame.Data[0]);
            frame.Dispose();
        }

        return levels;
    }

    private async Task<string> FailureAsync(string source)
    {
        await using ICamera camera = Create(source);
        return (
            await Assert.ThrowsAsync<CameraException>(async () => await camera.ReadAsync(TestContext.Current.CancellationToken))
        ).Message;
    }

    private void Picture(string name, byte level)
    {
        using Frame frame = TestFrames.Gray(8, 8, (_, _) => level);
        _folder.File(name, ImageCodec.Encode(frame, ImageEncoding.Png));
    }
}
