using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Cli.Watch;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Testing;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Tests.Pipeline.Camera;

public sealed class CaptureServiceTests : IDisposable
{
    private const int CameraLost = 1001,
        Reopens = 1004,
        CameraStuck = 1005,
        CameraClosed = 1006;

    private static readonly CameraOptions Settings = new()
    {
        StallTimeout = TimeSpan.FromSeconds(3),
        OpenTimeout = TimeSpan.FromSeconds(15),
        Rate = 20,
        IdleRate = 2,
        Source = "fake:",
        ReopenDelay = TimeSpan.FromSeconds(0.5),
        MaxReopenDelay = TimeSpan.FromSeconds(4),
    };

    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly RecordingLogger<CaptureLoop> _log = new();
    private readonly FrameSlot _latest = new();
    private readonly MotionSensor _sensor = new();
    private readonly FrameDemand _demand;
    private readonly DeviceMetrics _metrics = new();
    private readonly FakeCamera _camera;
    private readonly DeviceControls _controls;
    private readonly PipelineStatus _status;
    private readonly CaptureLoop _loop;
    private readonly LoopService _service;

    public CaptureServiceTests()
    {
        _demand = new FrameDemand(_sensor);
        _camera = new FakeCamera(_time);
        _status = new PipelineStatus(_time);
        _controls = ControlsFixture.Detached(_time);
        _loop = new CaptureLoop(
            _camera,
            _latest,
            new RawFrames(),
            new PictureWatch(),
            _demand,
            _sensor,
            _status,
            _controls,
            new CaptureMetrics(_metrics),
            Settings,
            _time,
            _log
        );
        _service = new LoopService(async stopping =>
        {
            await _loop.RunAsync(stopping);
            _latest.Complete();
        });
    }

    public void Dispose()
    {
        _service.Dispose();
        _latest.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task Frames_arrive_and_the_camera_is_told_in_the_log()
    {
        await _service.StartAsync(TestContext.Current.CancellationToken);
        _camera.Frame();
        await Wait.UntilAsync(() => _status.Frames == 1, "the frame");

        Assert.Equal(CameraState.Open, _status.Camera);
        Assert.Equal((64, 48), (_status.FrameWidth, _status.FrameHeight));
        Assert.Contains(_log.Lines, line => line.Contains("64x48 Gray8", StringComparison.Ordinal));
        await _service.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, _camera.Disposed);
    }

    [Fact]
    public async Task A_camera_that_cannot_be_opened_is_tried_with_growing_delays_up_to_the_longest()
    {
        _camera.OnCreate = () => new CameraException("fake: no such camera.");
        await _service.StartAsync(TestContext.Current.CancellationToken);

        TimeSpan passed = await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.25), () => _camera.Created == 6, "six attempts");

        Assert.True(passed.TotalSeconds >= 11.5, $"{passed}");
        Assert.Equal([0.5, 1.0, 2.0, 4.0, 4.0], _log.WithId(Reopens).Take(5).Select(logged => logged.Values["Seconds"]));
        Assert.Equal(CameraState.Lost, _status.Camera);
        Assert.Equal("fake: no such camera.", _status.CameraFailure);
        Assert.Equal(
            ("fake:", "fake: no such camera."),
            (_log.WithId(CameraLost)[0].Values["Source"], _log.WithId(CameraLost)[0].Values["Reason"])
        );
        await _service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_camera_that_fails_is_disposed_and_opened_again_and_only_one_that_has_lasted_is_good_again()
    {
        await _service.StartAsync(TestContext.Current.CancellationToken);

        // Half a second, then twice as long each time while each life is short; half a second again after a long one.
        (double Life, double Delay)[] lives = [(0, 0.5), (1, 1), (2, 2), (0, 4), (12, 0.5), (0, 1)];
        int frames = 0;
        for (int i = 1; i <= lives.Length; i++)
        {
            for (double lived = 0; lived <= lives[i - 1].Life; lived += 1)
            {
                if (lived > 0)
                    _time.Advance(TimeSpan.FromSeconds(1));
                _camera.Frame();
                frames++;
                await Wait.UntilAsync(() => _status.Frames == frames, "a frame");
            }

            _camera.Throw(new CameraException("fake: unplugged."));
            await Wait.UntilAsync(() => _camera.Disposed == i, "the camera is disposed");
            await Wait.UntilAsync(() => _log.WithId(Reopens).Count == i, "the delay begins");
            Assert.Equal(lives[i - 1].Delay, _log.WithId(Reopens)[^1].Values["Seconds"]);
            TimeSpan passed = await Wait.AdvanceUntilAsync(
                _time,
                TimeSpan.FromSeconds(0.1),
                () => _camera.Created == i + 1,
                "the camera is opened again"
            );
            Assert.True(passed.TotalSeconds >= lives[i - 1].Delay - 0.11, $"{passed}");
        }

        await _service.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(_camera.Created, _camera.Disposed);
    }

    [Fact]
    public async Task A_silent_camera_counts_as_lost_within_three_seconds()
    {
        await _service.StartAsync(TestContext.Current.CancellationToken);
        for (int i = 1; i <= 2; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.1));
            _camera.Frame();
            await Wait.UntilAsync(() => _status.Frames == i, "a frame");
        }

        await Wait.FallsDueAsync(_time, TimeSpan.FromSeconds(0.25), 3, 3, () => _status.Camera == CameraState.Lost, "the loss");

        Sentence.AssertNames(_status.CameraFailure, "3 s");
        await _service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_opening_that_hangs_is_given_up_even_when_it_blocks_its_thread(bool blocks)
    {
        using var gate = new ManualResetEventSlim();
        if (blocks)
            _camera.BlockRead = gate;
        await _service.StartAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => _camera.Created == 1, "the attempt");
        await Wait.FallsDueAsync(_time, TimeSpan.FromSeconds(0.5), 15, 15, () => _status.Camera == CameraState.Lost, "the loss");
        Sentence.AssertNames(_status.CameraFailure, "15 s");
        gate.Set();
        _camera.BlockRead = null;
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.25), () => _camera.Created == 2, "the camera is opened again");
        await _service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_camera_that_does_not_close_is_stuck_and_not_opened_again_until_it_does()
    {
        var closing = new TaskCompletionSource();
        _camera.Closing = closing.Task;
        _camera.Stuck = "camera stuck: process 12 does not end.";
        await _service.StartAsync(TestContext.Current.CancellationToken);
        _camera.Frame();
        await Wait.UntilAsync(() => _status.Frames == 1, "the first frame");
        _camera.Throw(new CameraException("fake: unplugged."));

        // The loss is reported immediately, not only after the camera has been closed.
        await Wait.UntilAsync(() => _status.Camera == CameraState.Lost, "the loss");
        Assert.Equal("fake: unplugged.", _status.CameraFailure);
        await Wait.UntilAsync(() => _camera.Disposed == 1, "the camera is being closed");
        await Wait.FallsDueAsync(
            _time,
            TimeSpan.FromSeconds(0.25),
            3,
            5,
            () => _status.CameraFailure == _camera.Stuck,
            "the camera is stuck"
        );

        for (int i = 0; i < 200; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            if (i % 20 == 0)
                await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, _camera.Created);
        Assert.Equal(_camera.Stuck, Assert.Single(_log.WithId(CameraStuck)).Values["Reason"]);
        (_camera.Closing, _camera.Stuck) = (Task.CompletedTask, null);
        closing.SetResult();
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.25), () => _camera.Created == 2, "the camera is opened again");
        Assert.Single(_log.WithId(CameraClosed));
        await _service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_camera_that_does_not_close()
    {
        _camera.Closing = new TaskCompletionSource().Task;
        await _service.StartAsync(TestContext.Current.CancellationToken);
        _camera.Frame();
        await Wait.UntilAsync(() => _status.Frames == 1, "the first frame");
        Task stopping = _service.StopAsync(TestContext.Current.CancellationToken);
        await Wait.FallsDueAsync(_time, TimeSpan.FromSeconds(0.25), 0, 4, () => stopping.IsCompleted, "the stop");
    }

    [Fact]
    public async Task A_live_camera_runs_at_its_idle_rate_while_nothing_is_going_on()
    {
        _camera.Live = true;
        await _service.StartAsync(TestContext.Current.CancellationToken);
        (bool Idle, bool Detection, double Rate)[] steps =
        [
            (false, true, 20),
            (true, true, 2),
            (false, true, 20),
            (false, false, 2),
            (true, false, 2),
            (false, true, 20),
        ];
        for (int i = 0; i < steps.Length; i++)
        {
            _demand.SetGate(steps[i].Idle);
            _controls.SetDetection(steps[i].Detection, "test");
            _camera.Frame();
            await Wait.UntilAsync(
                () => _status.Frames == i + 1 && _camera.Rate == steps[i].Rate,
                FormattableString.Invariant($"step {i}: {_camera.Rate}")
            );
        }

        await _service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_motion_sensor_sets_the_rate_without_a_frame()
    {
        _camera.Live = true;
        _sensor.Moving = true;
        await _service.StartAsync(TestContext.Current.CancellationToken);
        _camera.Frame();
        await Wait.UntilAsync(() => _status.Frames == 1, "a frame");

        _sensor.Moving = false;
        Assert.Equal(2, _camera.Rate);
        _sensor.Moving = true;
        Assert.Equal(20, _camera.Rate);
        _controls.SetInputPrivacy(true, "test");
        _sensor.Moving = false;
        _sensor.Moving = true;
        Assert.Equal(2, _camera.Rate);

        await _service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_frame_in_time_keeps_a_slow_camera()
    {
        await _service.StartAsync(TestContext.Current.CancellationToken);
        for (int i = 1; i <= 4; i++)
        {
            _camera.Frame();
            await Wait.UntilAsync(() => _status.Frames == i, "a frame");
            _time.Advance(TimeSpan.FromSeconds(2.5));
        }

        Assert.Equal(1, _camera.Created);
        Assert.Equal(CameraState.Open, _status.Camera);
        await _service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Frames_are_rotated_and_cropped_before_the_pipeline_and_raw_copies_are_not()
    {
        var raw = new RawFrames();
        var options = new CameraOptions
        {
            Source = "fake:",
            Rotation = 90,
            Crop = "0 0.5 1 0.5",
        };
        var loop = new CaptureLoop(
            _camera,
            _latest,
            raw,
            new PictureWatch(),
            _demand,
            _sensor,
            _status,
            _controls,
            new CaptureMetrics(_metrics),
            options,
            _time,
            _log
        );
        using var service = new LoopService(loop.RunAsync);
        Task<Frame> wanted = raw.NextAsync();
        await service.StartAsync(TestContext.Current.CancellationToken);
        _controls.SetInputPrivacy(true, "test");
        _camera.Frame();
        await Wait.UntilAsync(() => _status.Frames == 1, "a frame");
        Assert.False(wanted.IsCompleted);
        _controls.SetInputPrivacy(false, "test");
        _camera.Frame();
        Frame copy = await wanted.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => _status.Frames == 2, "a frame");
        Assert.Equal((64, 48), (copy.Width, copy.Height));
        Assert.Equal((48, 32), (_status.FrameWidth, _status.FrameHeight));
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_camera_that_is_slower_than_the_stall_timeout_is_not_lost_and_not_unhealthy()
    {
        await _service.StartAsync(TestContext.Current.CancellationToken);
        for (int i = 1; i <= 6; i++)
        {
            _camera.Frame();
            await Wait.UntilAsync(() => _status.Frames == i, "a frame");
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal((1, CameraState.Open), (_camera.Created, _status.Camera));
        Assert.Equal(TimeSpan.FromSeconds(10), _status.StallLimit);
        await Wait.FallsDueAsync(_time, TimeSpan.FromSeconds(0.25), 5, 5, () => _status.Camera == CameraState.Lost, "the loss");
        Assert.Equal(TimeSpan.Zero, _status.StallLimit);
        await _service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Any_exception_is_a_lost_camera_and_never_ends_the_service()
    {
        await _service.StartAsync(TestContext.Current.CancellationToken);
        _camera.Throw(new InvalidOperationException("driver bug"));
        await Wait.UntilAsync(() => _status.Camera == CameraState.Lost, "the loss");
        _camera.Frame();
        await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.25), () => _status.Camera == CameraState.Open, "the camera is back");

        Sentence.AssertNames((string?)_log.WithId(CameraLost)[0].Values["Reason"], "InvalidOperationException|driver bug");
        await _service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_end_of_a_replay_ends_the_frames()
    {
        await _service.StartAsync(TestContext.Current.CancellationToken);
        _camera.End();

        Assert.False(await _latest.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(CameraState.Ended, _status.Camera);
        Assert.Equal(1, _camera.Created);
    }

    private sealed class LoopService(Func<CancellationToken, Task> loop) : Microsoft.Extensions.Hosting.BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => loop(stoppingToken);
    }
}
