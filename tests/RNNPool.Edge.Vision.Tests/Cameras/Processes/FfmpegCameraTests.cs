using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Cameras.Ffmpeg;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Cameras.Processes;

/// <summary>The real ffmpeg, on films that it has made itself.</summary>
public sealed class FfmpegCameraTests : IDisposable
{
    private const string User = "watcher:s3cr%3At%40x";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_frame_of_a_file_comes_once_in_order_and_then_the_end()
    {
        string film = Film(
            "gradients.mp4",
            "-f",
            "lavfi",
            "-i",
            "color=c=black:size=322x240:rate=10:duration=2,format=gray,geq=lum=N*10",
            "-pix_fmt",
            "yuv420p",
            "-qp",
            "1"
        );
        await using ICamera camera = Create($"ffmpeg:{film}?realtime=false&color=false");
        var levels = new List<int>();
        while (await NextAsync(camera) is { } frame)
        {
            using (frame)
            {
                Assert.Equal((322, 240, PixelFormat.Gray8, (long)levels.Count), (frame.Width, frame.Height, frame.Format, frame.Sequence));
                levels.Add(frame.Data[(120 * 322) + 160]);
            }
        }

        Assert.Equal(20, levels.Count);
        for (int i = 0; i < levels.Count; i++)
            Assert.InRange(levels[i], (10 * i) - 3, (10 * i) + 3);
    }

    [Fact]
    public async Task Frames_have_full_range_colour_and_no_more_than_the_wanted_width()
    {
        string film = Film("white.mp4", "-f", "lavfi", "-i", "color=c=white:size=1280x720:rate=5:duration=1", "-pix_fmt", "yuv420p");
        await using ICamera camera = Create($"ffmpeg:{film}?realtime=false");
        using Frame? frame = await NextAsync(camera);
        Assert.Equal((640, 360, PixelFormat.I420), (frame!.Width, frame.Height, frame.Format));
        Assert.InRange(frame.Data[1000], 253, 255);
        Assert.InRange(frame.Data[640 * 360], 126, 130);
    }

    [Fact]
    public async Task A_file_plays_at_its_own_speed_unless_told_otherwise_and_is_thinned_out()
    {
        string film = Film("fast.mp4", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=50:duration=2", "-pix_fmt", "yuv420p");
        await using ICamera camera = Create($"ffmpeg:{film}?rate=10");
        int frames = 0;
        while (await NextAsync(camera) is { } frame)
        {
            frame.Dispose();
            frames++;
        }

        Assert.InRange(frames, 10, 26);
    }

    [Fact]
    public async Task A_password_reaches_the_server_and_nobody_else()
    {
        using var server = new FilmServer(await FilmBytesAsync());
        await using ICamera camera = Create($"ffmpeg:http://{User}@127.0.0.1:{server.Port}/film?token=hidden1#rate=50");
        using Frame? frame = await NextAsync(camera);

        Assert.Equal(320, frame!.Width);
        Assert.NotNull(server.Authorization);
        Assert.Equal("?token=hidden1", server.Query);
        Assert.Equal($"ffmpeg:http://127.0.0.1:{server.Port}/film", camera.Name);
        IReadOnlyList<string> lines = ChildProcesses.CommandLines();
        Assert.Contains(lines, line => line.Contains("yuv4mpegpipe", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line =>
            line.Contains("s3cr", StringComparison.Ordinal) || line.Contains("hidden1", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_camera_leads_to_no_other_address()
    {
        using var server = new FilmServer(await FilmBytesAsync());
        await using ICamera camera = Create($"ffmpeg:http://{User}@127.0.0.1:{server.Port}/moved#rate=50");

        await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera));

        Assert.Equal(["/moved"], server.Paths);
    }

    [Fact]
    public async Task A_playlist_of_a_camera_leads_to_no_file()
    {
        string film = Film("local.ts", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=10:duration=1", "-f", "mpegts");
        string list = $"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\nfile://{film}\n#EXT-X-ENDLIST\n";
        using var server = new FilmServer(System.Text.Encoding.ASCII.GetBytes(list));
        await using ICamera camera = Create($"ffmpeg:http://{User}@127.0.0.1:{server.Port}/list.m3u8#rate=50");

        await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera));
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_it()
    {
        using var server = new FilmServer([1]);
        await using ICamera camera = Create($"ffmpeg:http://watcher:wr0ng@127.0.0.1:{server.Port}/film?token=hidden1");
        CameraException error = await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera));
        Assert.Contains("401", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden1", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Fix);
    }

    [Fact]
    public async Task A_server_that_falls_silent_can_be_given_up()
    {
        byte[] film = await FilmBytesAsync();
        using var server = new FilmServer(film, film.Length / 2);
        await using ICamera camera = Create($"ffmpeg:http://{User}@127.0.0.1:{server.Port}/film#rate=50");
        int frames = 0;
        using var silence = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (true)
            {
                silence.CancelAfter(frames == 0 ? 20_000 : 5000);
                using Frame? frame = await camera.ReadAsync(silence.Token);
                Assert.NotNull(frame);
                frames++;
            }
        });
        Assert.True(frames > 0); // those that come at once are one frame: the newest
    }

    [Fact]
    public async Task A_live_stream_that_ends_has_failed_and_a_server_that_is_not_there_is_told_with_a_remedy()
    {
        using (var server = new FilmServer(await FilmBytesAsync()))
        {
            await using ICamera camera = Create($"ffmpeg:http://{User}@127.0.0.1:{server.Port}/film#rate=1000");
            await Assert.ThrowsAsync<CameraException>(async () =>
            {
                while (await NextAsync(camera) is { } frame)
                    frame.Dispose();
            });
        }

        await using ICamera absent = Create("ffmpeg:http://127.0.0.1:9/film");
        CameraException error = await Assert.ThrowsAsync<CameraException>(() => NextAsync(absent));
        Assert.Contains("refused", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(error.Fix);
    }

    [Fact]
    public async Task What_is_no_film_is_told()
    {
        string path = _folder.File("notes.txt", "no film at all"u8);
        await using ICamera camera = Create($"ffmpeg:{path}");
        CameraException error = await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera));
        Assert.StartsWith($"ffmpeg:{path}: ", error.Message, StringComparison.Ordinal);
        await using ICamera absent = Create($"ffmpeg:{path}.mp4");
        Assert.StartsWith(
            $"ffmpeg:{path}.mp4: ",
            (await Assert.ThrowsAsync<CameraException>(() => NextAsync(absent))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Without_ffmpeg_its_package_is_named()
    {
        string path = _folder.File("film.mp4", [1]);
        ICamera camera = new FfmpegCameraProvider { Program = "no-such-ffmpeg" }.Create(CameraSource.Parse($"ffmpeg:{path}"), Context());
        await using (camera)
        {
            CameraException error = await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera));
            Sentence.AssertNames(error.Fix, "apt|ffmpeg");
        }
    }

    [Theory]
    [InlineData("ffmpeg:", "ffmpeg:")]
    [InlineData("ffmpeg:gopher://host/film", "gopher")]
    [InlineData("ffmpeg:rtsp://host/film#transport=sctp", "transport|tcp|udp")]
    [InlineData("ffmpeg:rtsp://host/film#loop=true", "loop")]
    [InlineData("ffmpeg:/film.mp4?rate=0.001", "0.1")]
    public void Wrong_parameters_are_named(string source, string names)
    {
        CameraException error = Assert.Throws<CameraException>(() => Create(source));
        Sentence.AssertNames(error.Message, names);
    }

    [Theory]
    [InlineData("rtsp://u:pass@h/x", "rtsp://u:pass@h/x: 401", "the source: 401")]
    [InlineData("rtsp://u:pass@h/x", "opening rtsp://other:words@h2/y", "opening rtsp://h2/y")]
    [InlineData("rtsp://us%40er:p%23w@h/x", "user us@er with p#w", "user ... with ...")]
    [InlineData("rtsp://user:pass/word@h/x", "Port missing in uri: user:pass, path word@h/x", "Port missing in uri: ..., path ...@h/x")]
    [InlineData("http://h/x?user=admin&pwd=abcd", "refused: pwd=abcd", "refused: ...")]
    [InlineData("http://h/x?key=abc", "GET /x?key=abc", "GET /x?...")]
    [InlineData("http://h/x", "Connection refused", "Connection refused")]
    public void Messages_of_ffmpeg_are_reported_without_credentials(string target, string message, string redacted) =>
        Assert.Equal(redacted, FfmpegCommand.Redact(message, target));

    private static CameraContext Context() => new(TimeProvider.System, NullLoggerFactory.Instance, new FramePool());

    private static ICamera Create(string source) =>
        CameraFactory.CreateDefault(TimeProvider.System, NullLoggerFactory.Instance).Create(source);

    private static Task<Frame?> NextAsync(ICamera camera) =>
        camera.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Patience);

    private string Film(string name, params string[] arguments)
    {
        string path = Path.Combine(_folder.Path, name);
        ChildProcesses.Ffmpeg([.. arguments, path]);
        return path;
    }

    private Task<byte[]> FilmBytesAsync() =>
        File.ReadAllBytesAsync(
            Film("film.ts", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=25:duration=6", "-pix_fmt", "yuv420p", "-g", "5"),
            TestContext.Current.CancellationToken
        );
}
