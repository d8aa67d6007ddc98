using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Cameras.Processes;
using RNNPool.Edge.Vision.Cameras.Rpicam;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Tests.Support;

namespace RNNPool.Edge.Vision.Tests.Cameras.Processes;

[CollectionDefinition(nameof(RpicamCameraTests), DisableParallelization = true)]
public sealed class AloneInItsMemory;

/// <summary>
/// A real child of every bad kind, in place of rpicam-vid; nothing else runs meanwhile, as one of them looks at the memory of the process.
/// </summary>
[Collection(nameof(RpicamCameraTests))]
public sealed class RpicamCameraTests : IDisposable
{
    private const int Width = 100;
    private const int Height = 64;
    private const int Stride = 128;

    private readonly TemporaryFolder _folder = new();

    public RpicamCameraTests() => _folder.File("frame", Picture());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Frames_come_with_the_padding_of_their_rows()
    {
        await using ICamera camera = Create(
            """
            echo "$*" > arguments
            while :; do cat frame; sleep 0.05; done
            """
        );
        for (int i = 0; i < 3; i++)
        {
            using Frame frame = await NextAsync(camera);
            Assert.Equal((Width, Height, Stride, PixelFormat.I420), (frame.Width, frame.Height, frame.Stride, frame.Format));
            Assert.Equal(Picture(), frame.Data);
        }

        Assert.Equal(
            "--camera 1 --timeout 0 --nopreview --codec yuv420 --width 100 --height 64 --framerate 30 --rotation 180 --flush --output -",
            Written("arguments")
        );
    }

    [Fact]
    public async Task A_child_that_says_nothing_can_be_given_up_and_is_gone_then()
    {
        ICamera camera = Create("echo $$ > pid; while :; do sleep 1; done");
        using var patience = new CancellationTokenSource();
        ValueTask<Frame?> read = camera.ReadAsync(patience.Token);
        int id = await ToldNumberAsync("pid");
        await patience.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await read);
        await camera.DisposeAsync();
        await Eventually.HoldsAsync(() => !ChildProcesses.Runs(id), "the child is gone");
    }

    [Fact]
    public async Task A_child_that_floods_is_thinned_out_and_what_it_says_is_not_kept()
    {
        await using ICamera camera = Create(
            """
            (while :; do echo "a line of output, again and again and again and again"; done >&2) &
            while :; do cat frame; done
            """,
            "rate=20"
        );
        using (await NextAsync(camera)) { }

        long before = GC.GetTotalMemory(forceFullCollection: true),
            start = Stopwatch.GetTimestamp();
        const int Frames = 20;
        for (int i = 0; i < Frames; i++)
        {
            using Frame frame = await NextAsync(camera);
        }

        // A frame may come a quarter of its period early.
        double fewest = (Frames - 4) / (20.0 * 4 / 3);
        Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds >= fewest, $"{Frames} frames in less than {fewest} s");
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, -4_000_000, 2_000_000);
    }

    [Fact]
    public async Task A_child_that_dies_within_a_frame_is_an_error_with_its_last_words_and_a_remedy()
    {
        await using ICamera camera = Create(
            """
            cat frame
            head -c 1000 frame
            echo "[0:1:2] INFO Camera camera_manager.cpp" >&2
            echo "ERROR: *** no cameras available ***" >&2
            echo "bye" >&2
            exit 255
            """
        );
        using (await NextAsync(camera)) { }

        CameraException error = await Assert.ThrowsAsync<CameraException>(async () =>
            await camera.ReadAsync(TestContext.Current.CancellationToken)
        );
        Sentence.AssertNames(error.Message, "rpicam:1: |ERROR: *** no cameras available ***|255");
        Assert.NotNull(error.Fix);
    }

    [Fact]
    public async Task A_silent_death_by_a_signal_is_told_as_such()
    {
        await using ICamera camera = Create("kill -SEGV $$");
        CameraException error = await Assert.ThrowsAsync<CameraException>(async () =>
            await camera.ReadAsync(TestContext.Current.CancellationToken)
        );
        Sentence.AssertNames(error.Message, "rpicam:1: |11");
    }

    [Fact]
    public async Task A_child_that_ignores_the_request_to_end_is_killed_with_all_that_it_started()
    {
        ICamera camera = Create(
            """
            trap '' TERM
            (trap '' TERM; while :; do sleep 1; done) &
            echo $! > grandchild
            echo $$ > pid
            while :; do cat frame; sleep 0.1; done
            """
        );
        using (await NextAsync(camera)) { }

        (int id, int grandchild) = (await ToldNumberAsync("pid"), await ToldNumberAsync("grandchild"));
        await camera.DisposeAsync();
        await Eventually.HoldsAsync(() => !ChildProcesses.Runs(id) && !ChildProcesses.Runs(grandchild), "both are gone");
    }

    [Fact]
    public async Task What_a_dead_child_has_left_behind_is_killed_and_its_hold_on_the_pipe_does_not_hang_the_camera()
    {
        ICamera camera = Create(
            """
            sleep 1000 &
            echo $! > grandchild
            cat frame
            exit 3
            """
        );
        using (await NextAsync(camera)) { }

        CameraException error = await Assert.ThrowsAsync<CameraException>(async () =>
            await camera.ReadAsync(TestContext.Current.CancellationToken)
        );
        Sentence.AssertNames(error.Message, "rpicam:1: |3");
        int grandchild = await ToldNumberAsync("grandchild");
        await camera.DisposeAsync();
        await Eventually.HoldsAsync(() => !ChildProcesses.Runs(grandchild), "the grandchild is gone");
    }

    [Fact]
    public async Task A_child_that_cannot_be_killed_is_told_and_the_camera_stays_closing_until_it_goes()
    {
        // What the kernel does with a process in state D: signals arrive and nothing happens.
        int signals = 0;
        ICamera camera = Create(
            "echo $$ > pid; while :; do cat frame; sleep 0.1; done",
            "",
            command =>
                command with
                {
                    Grace = TimeSpan.FromMilliseconds(50),
                    KillTime = TimeSpan.FromMilliseconds(50),
                    Send = (_, _) => Interlocked.Increment(ref signals) * 0,
                },
            ignorePipe: true
        );
        using (await NextAsync(camera)) { }

        int id = await ToldNumberAsync("pid");
        Task closing = camera.DisposeAsync().AsTask();
        await Eventually.HoldsAsync(() => camera.Stuck is not null, "the camera is stuck");
        Assert.Contains($"{id}", camera.Stuck, StringComparison.Ordinal);
        Assert.False(closing.IsCompleted);
        Assert.True(ChildProcesses.Runs(id));

        using (var child = Process.GetProcessById(id))
            child.Kill();
        await closing.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        Assert.Null(camera.Stuck);
        Assert.True(signals >= 4);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named_with_the_package_that_has_it()
    {
        var provider = new RpicamCameraProvider { Programs = ["no-such-rpicam-vid", "nor-this"] };
        await using ICamera camera = provider.Create(CameraSource.Parse("rpicam:"), Context());
        CameraException error = await Assert.ThrowsAsync<CameraException>(async () =>
            await camera.ReadAsync(TestContext.Current.CancellationToken)
        );
        Sentence.AssertNames(error.Message, "rpicam:: |no-such-rpicam-vid");
        Sentence.AssertNames(error.Fix, "apt|rpicam-apps");
    }

    [Theory]
    [InlineData("rpicam:front", "0|15")]
    [InlineData("rpicam:0?width=641", "width")]
    [InlineData("rpicam:0?width=640&stride=600", "stride|600")]
    [InlineData("rpicam:0?rotation=90", "rotation|0|180")]
    [InlineData("rpicam:0?fps=3", "fps")]
    public void Wrong_parameters_are_named(string source, string names)
    {
        CameraException error = Assert.Throws<CameraException>(() =>
            new RpicamCameraProvider().Create(CameraSource.Parse(source), Context())
        );
        Sentence.AssertNames(error.Message, names);
    }

    private static byte[] Picture()
    {
        byte[] picture = new byte[Stride * Height * 3 / 2];
        new Random(7).NextBytes(picture);
        return picture;
    }

    private static CameraContext Context() => new(TimeProvider.System, NullLoggerFactory.Instance, new FramePool());

    private static async Task<Frame> NextAsync(ICamera camera) =>
        await camera.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Patience)
        ?? throw new InvalidOperationException("The camera has ended.");

    private ICamera Create(
        string script,
        string parameters = "",
        Func<ProcessCommand, ProcessCommand>? adjust = null,
        bool ignorePipe = false
    )
    {
        string path = _folder.File(
            "fake-rpicam-vid",
            System.Text.Encoding.UTF8.GetBytes(
                $"#!/bin/bash\ncd '{_folder.Path}'\n{(ignorePipe ? "trap '' PIPE\n" : "")}{script.ReplaceLineEndings("\n")}\n"
            )
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var provider = new RpicamCameraProvider { Programs = [path], Adjust = adjust ?? (command => command) };
        string source = $"rpicam:1?width={Width}&height={Height}&rotation=180&{(parameters.Length > 0 ? parameters : "rate=30")}";
        return provider.Create(CameraSource.Parse(source), Context());
    }

    private string Written(string file) => File.ReadAllText(Path.Combine(_folder.Path, file)).Trim();

    private async Task<int> ToldNumberAsync(string file)
    {
        string path = Path.Combine(_folder.Path, file);
        await Eventually.HoldsAsync(() => File.Exists(path) && File.ReadAllText(path).EndsWith('\n'), file);
        return int.Parse(Written(file), System.Globalization.CultureInfo.InvariantCulture);
    }
}
