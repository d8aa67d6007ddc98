using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Cameras.V4l2;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Cameras.V4l2;

public sealed class V4l2CameraTests : IDisposable
{
    private const int DamagedPicture = 2011;

    private static readonly double[] Rates = [30, 10, 5];

    private readonly ScriptedVideoKernel _kernel = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CollectingLogger _log = new();

    public V4l2CameraTests() => _kernel.Formats.Add(("YUYV", [(64, 48, Rates)]));

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData("YUYV", PixelFormat.Yuyv, 0, 6144)]
    [InlineData("YUYV", PixelFormat.Yuyv, 32, 7680)]
    [InlineData("GREY", PixelFormat.Gray8, 0, 3072)]
    [InlineData("GREY", PixelFormat.Gray8, 16, 3840)]
    [InlineData("NV12", PixelFormat.Nv12, 64, 9216)]
    [InlineData("YU12", PixelFormat.I420, 64, 9216)]
    public async Task Pictures_come_as_the_driver_lays_them_out(string code, PixelFormat format, int padding, int bytes)
    {
        _kernel.Formats[0] = (code, [(64, 48, Rates)]);
        _kernel.RowPadding = padding;
        byte[] picture = new byte[bytes];
        new Random(5).NextBytes(picture);
        _kernel.Show(picture);
        await using ICamera camera = Create("v4l2:/dev/video3?width=64&height=48");
        using Frame frame = await NextAsync(camera);

        Assert.Equal(
            (64, 48, format, PixelFormats.RowBytes(format, 64) + padding),
            (frame.Width, frame.Height, frame.Format, frame.Stride)
        );
        Assert.Equal(picture, frame.Data);
        Assert.Equal(FrameTime.Now(_time), frame.Time);
        Assert.Equal(10, _kernel.Rate);
        Assert.Equal(["/dev/video3"], _kernel.Paths);
    }

    [Fact]
    public async Task Buffers_go_round_and_everything_is_given_back_at_the_end()
    {
        await using (ICamera camera = Create("v4l2:/dev/video0?width=64&height=48&buffers=3"))
        {
            for (byte i = 0; i < 20; i++)
            {
                _time.Advance(TimeSpan.FromSeconds(0.1));
                _kernel.Show([.. Enumerable.Repeat(i, 6144)]);
                using Frame frame = await NextAsync(camera);
                Assert.Equal((i, i, (long)i), (frame.Data[0], frame.Data[^1], frame.Sequence));
            }

            Assert.Equal((1, 3, true), (_kernel.OpenNow, _kernel.MappedNow, _kernel.Streaming));
        }

        Assert.Equal((0, 0, false), (_kernel.OpenNow, _kernel.MappedNow, _kernel.Streaming));
    }

    [Fact]
    public async Task What_comes_faster_than_wanted_goes_back_undecoded()
    {
        ILiveCamera camera = (ILiveCamera)Create("v4l2:/dev/video0?width=64&height=48&rate=1");
        await using (camera)
        {
            _kernel.Show(new byte[6144]);
            using (await NextAsync(camera)) { }

            // Too short to be converted: converting them would count them as damaged.
            for (int i = 0; i < 10; i++)
                _kernel.Show(new byte[10]);
            await Eventually.HoldsAsync(() => _kernel.Waiting == 0, "all are taken");
            Assert.Equal(0, camera.BadFrames);
            Assert.Equal(1, camera.Rate);
            camera.Rate = 240;
            _time.Advance(TimeSpan.FromSeconds(0.1));
            _kernel.Show(new byte[6144]);
            using Frame frame = await NextAsync(camera);
            Assert.Equal(11, frame.Sequence);
        }
    }

    [Fact]
    public async Task Damaged_and_short_pictures_are_skipped_and_counted()
    {
        await using ICamera camera = Create("v4l2:/dev/video0?width=64&height=48&rate=240");
        Task<Frame> read = NextAsync(camera);
        (byte[] Bytes, bool Damaged)[] bad = [(new byte[6144], true), (new byte[6143], false), ([], false)];
        for (int i = 0; i < bad.Length; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _kernel.Show(bad[i].Bytes, bad[i].Damaged);
            await Eventually.HoldsAsync(() => camera.BadFrames == i + 1, "the bad frame");
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        _kernel.Show(new byte[6144]);
        using Frame frame = await read;
        Assert.Equal(3, frame.Sequence);
        Assert.Single(_log.Lines, line => line.Id == DamagedPicture);
    }

    [Fact]
    public async Task Nothing_but_damaged_pictures_is_an_error()
    {
        await using ICamera camera = Create("v4l2:/dev/video0?width=64&height=48");
        for (int i = 0; i < 60; i++)
            _kernel.Show(new byte[10], damaged: true);
        CameraException error = await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera));
        Sentence.AssertNames(error.Message, "v4l2:/dev/video0: |50");
    }

    [Theory]
    [InlineData(ErrorNumber.NoDevice, 0x1, "v4l2:/dev/video0: ")]
    [InlineData(ErrorNumber.Again, 0x8, "v4l2:/dev/video0: ")]
    [InlineData(ErrorNumber.BrokenPipe, 0x1, "v4l2:/dev/video0: ")]
    [InlineData(ErrorNumber.InputOutput, 0x1, "v4l2:/dev/video0: |Input/output")]
    public async Task A_camera_that_goes_away_is_told_and_closed(int error, int events, string names)
    {
        await using (ICamera camera = Create("v4l2:/dev/video0?width=64&height=48"))
        {
            _kernel.Show(new byte[6144]);
            using (await NextAsync(camera)) { }

            _kernel.FailDequeue(error, events);
            Sentence.AssertNames((await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera))).Message, names);
        }

        Assert.Equal((0, 0), (_kernel.OpenNow, _kernel.MappedNow));
    }

    [Theory]
    [InlineData(ErrorNumber.NoPermission, "v4l2:/dev/video9: ", "video")]
    [InlineData(ErrorNumber.NoEntry, "v4l2:/dev/video9: |/dev/video0|Desk Camera|/dev/video1", "rnnpool-edge")]
    [InlineData(ErrorNumber.Busy, "v4l2:/dev/video9: ", "fuser")]
    public async Task A_camera_that_cannot_be_opened_says_why_and_what_to_do(int error, string names, string fix)
    {
        _kernel.OpenError = error;
        _kernel.Files.AddRange([new VideoNode("/dev/video0", "Desk Camera", []), new VideoNode("/dev/video1", "", [])]);
        await using ICamera camera = Create("v4l2:/dev/video9");
        CameraException exception = await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera));
        Sentence.AssertNames(exception.Message, names);
        Assert.Contains(fix, exception.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_program_in_the_way_is_told_whenever_the_driver_notices()
    {
        foreach (Action<int> fault in (Action<int>[])[error => _kernel.FormatError = error, error => _kernel.StreamError = error])
        {
            fault(ErrorNumber.Busy);
            await using ICamera camera = Create("v4l2:/dev/video0?width=64&height=48");
            CameraException exception = await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera));
            Assert.Contains("fuser", exception.Fix, StringComparison.Ordinal);
            fault(0);
        }

        Assert.Equal((0, 0), (_kernel.OpenNow, _kernel.MappedNow));
    }

    [Fact]
    public async Task A_camera_without_a_known_format_and_a_device_that_does_not_capture_are_told()
    {
        _kernel.Formats[0] = ("pBAA", [(64, 48, Rates)]);
        await using ICamera raw = Create("v4l2:/dev/video0");
        CameraException error = await Assert.ThrowsAsync<CameraException>(() => NextAsync(raw));
        Sentence.AssertNames(error.Message, "pBAA|GREY|NV12|YU12|YUYV|MJPG|JPEG");
        Assert.Contains("rpicam:", error.Fix, StringComparison.Ordinal);

        _kernel.OwnCapabilities = VideoCapability.StreamingBit;
        await using ICamera metadata = Create("v4l2:/dev/video1");
        Assert.StartsWith(
            "v4l2:/dev/video1: ",
            (await Assert.ThrowsAsync<CameraException>(() => NextAsync(metadata))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Devices_are_found_by_their_lasting_names_and_without_a_name_the_first_is_taken()
    {
        _kernel.Show(new byte[6144]);
        await using (ICamera camera = Create("v4l2:usb-Maker_Camera-video-index0?width=64&height=48"))
        {
            using Frame frame = await NextAsync(camera);
        }

        _kernel.Files.Add(new VideoNode("/dev/video4", "Desk Camera", []));
        _kernel.Show(new byte[6144]);
        await using (ICamera camera = Create("v4l2:?width=64&height=48"))
        {
            using Frame frame = await NextAsync(camera);
        }

        Assert.Equal(["/dev/v4l/by-id/usb-Maker_Camera-video-index0", "/dev/video4"], _kernel.Paths);
        _kernel.Files.Clear();
        await using ICamera none = Create("v4l2:");
        Assert.StartsWith("v4l2:", (await Assert.ThrowsAsync<CameraException>(() => NextAsync(none))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Controls_are_set_by_name_switches_and_menus_first()
    {
        _kernel.Controls.AddRange([
            (0x980900, "Brightness", 1, -64, 64, []),
            (0x98090c, "White Balance, Automatic", 2, 0, 1, []),
            (0x9a0901, "Auto Exposure", 3, 0, 3, ["", "Manual Mode", "", "Aperture Priority Mode"]),
            (0x9a0902, "Exposure Time, Absolute", 1, 3, 2047, []),
        ]);
        _kernel.Show(new byte[6144]);
        var controls = new Dictionary<string, string>
        {
            ["exposure_time"] = "157",
            ["Auto Exposure"] = "manual mode",
            ["white_balance"] = "false",
            ["brightness"] = "-5",
        };
        await using (ICamera camera = Create("v4l2:/dev/video0?width=64&height=48", controls))
        {
            using Frame frame = await NextAsync(camera);
        }

        Assert.Equal(
            [(0x9a0901u, 1), (0x98090cu, 0), (0x9a0902u, 157), (0x980900u, -5)],
            _kernel.Settings.OrderBy(setting => setting.Id is 0x9a0901 or 0x98090c ? 0 : 1).ThenByDescending(setting => setting.Id)
        );
        Assert.True(
            _kernel.Settings.FindIndex(setting => setting.Id == 0x9a0901) < _kernel.Settings.FindIndex(setting => setting.Id == 0x9a0902)
        );
        await FailsAsync("shutter", "3", "shutter|brightness|white_balance_automatic|auto_exposure|exposure_time_absolute");
        await FailsAsync("exposure_time_absolute", "3000", "exposure_time_absolute|3|2047");
        await FailsAsync("auto_exposure", "2", "auto_exposure|1|Manual Mode|3|Aperture Priority Mode");
        await FailsAsync("a", "1", "a", expectSuccess: true);
        await FailsAsync("i", "1", "brightness|white_balance_automatic|exposure_time_absolute");
    }

    [Fact]
    public async Task A_driver_that_does_not_return_is_reported_as_stuck()
    {
        using var gate = new ManualResetEventSlim();
        _kernel.BlockOpen = gate;
        ICamera camera = Create("v4l2:/dev/video0");
        ValueTask<Frame?> read = camera.ReadAsync(TestContext.Current.CancellationToken);
        Assert.False(read.IsCompleted);
        Task closing = camera.DisposeAsync().AsTask();
        Assert.Null(await read);
        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(0.5));
                return camera.Stuck is not null;
            },
            "the camera is stuck"
        );
        Assert.False(closing.IsCompleted);
        gate.Set();
        await closing.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, _kernel.OpenNow);
    }

    [Theory]
    [InlineData("v4l2:/dev/video0?format=H264", "format|auto|GREY")]
    [InlineData("v4l2:/dev/video0?reduce=3", "reduce|auto|1|2|4|8")]
    [InlineData("v4l2:../../etc/passwd", "../../etc/passwd")]
    [InlineData("v4l2:/dev/video0?exposure=3", "exposure")]
    public void Wrong_parameters_are_named(string source, string names) =>
        Sentence.AssertNames(Assert.Throws<CameraException>(() => Create(source)).Message, names);

    [Fact]
    public async Task Motion_jpeg_is_decoded_as_small_as_its_use_allows()
    {
        byte[] jpeg = File.ReadAllBytes(RepositoryPath.Of("tests", "vectors", "face-qvga", "pictures", "portrait-vga.jpg"));
        _kernel.Formats[0] = ("MJPG", [(640, 480, Rates)]);
        (string, int, int, int)[] cases =
        [
            ("", 320, 240, 320),
            ("", 0, 0, 640),
            ("&reduce=1", 320, 240, 640),
            ("&reduce=4", 0, 0, 160),
            ("", 400, 400, 640),
            ("", 100, 100, 160),
        ];
        foreach ((string parameters, int neededWidth, int neededHeight, int width) in cases)
        {
            _kernel.Show([.. jpeg, .. new byte[5000]]);
            var provider = new V4l2CameraProvider(_kernel);
            var context = new CameraContext(_time, _log, new FramePool())
            {
                Requirements = new CameraRequirements { NeededWidth = neededWidth, NeededHeight = neededHeight },
            };
            await using ICamera camera = provider.Create(CameraSource.Parse("v4l2:/dev/video0?width=640&height=480" + parameters), context);
            using Frame frame = await NextAsync(camera);
            Assert.Equal((width, width * 3 / 4), (frame.Width, frame.Height));
        }
    }

    private static async Task<Frame> NextAsync(ICamera camera) =>
        await camera.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Patience)
        ?? throw new InvalidOperationException("The camera has ended.");

    private async Task FailsAsync(string control, string value, string names, bool expectSuccess = false)
    {
        _kernel.Show(new byte[6144]);
        await using ICamera camera = Create("v4l2:/dev/video0?width=64&height=48", new Dictionary<string, string> { [control] = value });
        if (expectSuccess)
        {
            (await NextAsync(camera)).Dispose();
            return;
        }

        Sentence.AssertNames((await Assert.ThrowsAsync<CameraException>(() => NextAsync(camera))).Message, names);
    }

    private ICamera Create(string source, Dictionary<string, string>? controls = null) =>
        new V4l2CameraProvider(_kernel).Create(
            CameraSource.Parse(source),
            new CameraContext(_time, _log, new FramePool()) { Requirements = new CameraRequirements { Controls = controls ?? [] } }
        );
}
