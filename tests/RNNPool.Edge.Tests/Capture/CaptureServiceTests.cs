using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RNNPool.Edge.Capture;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Tests.Support;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Tests.Capture;

public sealed class CaptureServiceTests : IDisposable
{
    private static readonly CameraOptions Settings = new()
    {
        FrameTimeout = TimeSpan.FromSeconds(5), ReopenDelay = TimeSpan.FromSeconds(0.5), MaxReopenDelay = TimeSpan.FromSeconds(4),
    };

    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly RecordingLogger<CaptureService> _log = new();
    private readonly LatestFrame _latest = new();
    private readonly FakeCamera _camera;
    private readonly PipelineStatus _status;
    private readonly CaptureService _service;

    public CaptureServiceTests()
    {
        _camera = new FakeCamera(_time);
        _status = new PipelineStatus(_time);
        _service = new CaptureService(_camera, _latest, _status, Options.Create(Settings), _time, _log);
    }

    public void Dispose()
    {
        _service.Dispose();
        _latest.Dispose();
    }

    [Fact]
    public async Task Frames_arrive_and_the_camera_is_told_in_the_log()
    {
        await _service.StartAsync(TestContext.Current.CancellationToken);
        _camera.Frame();
        await Wait.UntilAsync(() => _status.Frames == 1, "the frame");

        Assert.Equal(CameraState.Open, _status.Camera);
        Assert.Equal((64, 48), (_status.FrameWidth, _status.FrameHeight));
        Assert.Contains("The camera fake: delivers 64x48 Gray8.", _log.Lines);
        await _service.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, _camera.Disposed);
    }

    [Fact]
    public async Task A_camera_that_cannot_be_opened_is_tried_with_growing_delays_up_to_the_longest()
    {
        _camera.OnCreate = () => new CameraException("fake: no such camera.");
        await _service.StartAsync(TestContext.Current.CancellationToken);

        // 0.5 + 1 + 2 + 4 + 4 s.
        TimeSpan passed = await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.25), () => _camera.Created == 6, "six attempts");

        Assert.InRange(passed.TotalSeconds, 11.5, 13.5);
        Assert.Equal(CameraState.Lost, _status.Camera);
        Assert.Equal("fake: no such camera.", _status.CameraFailure);
        Assert.Contains(_log.Warnings, line => line == "The camera fake: is lost: fake: no such camera. Opening it again in 4 s.");
        await _service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_camera_that_fails_is_disposed_opened_again_and_the_delay_starts_over_once_frames_come()
    {
        await _service.StartAsync(TestContext.Current.CancellationToken);
        for (int i = 1; i <= 3; i++)
        {
            _camera.Frame();
            await Wait.UntilAsync(() => _status.Frames == i, "a frame");
            _camera.Throw(new CameraException("fake: unplugged."));
            await Wait.UntilAsync(() => _camera.Disposed == i, "the camera is disposed");
            TimeSpan passed = await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.1), () => _camera.Created == i + 1, "the camera is opened again");
            Assert.InRange(passed.TotalSeconds, 0.4, 1.5);
        }

        await _service.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(_camera.Created, _camera.Disposed);
    }

    [Fact]
    public async Task A_silent_camera_counts_as_lost_after_the_timeout()
    {
        await _service.StartAsync(TestContext.Current.CancellationToken);
        _camera.Frame();
        await Wait.UntilAsync(() => _status.Frames == 1, "the first frame");

        TimeSpan passed = await Wait.AdvanceUntilAsync(_time, TimeSpan.FromSeconds(0.25), () => _status.Camera == CameraState.Lost, "the loss");

        Assert.InRange(passed.TotalSeconds, 5, 6);
        Assert.Equal("no frame for 5 s.", _status.CameraFailure);
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
            _time.Advance(TimeSpan.FromSeconds(4));
        }

        Assert.Equal(1, _camera.Created);
        Assert.Equal(CameraState.Open, _status.Camera);
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

        Assert.Contains(_log.Warnings, line => line.Contains("InvalidOperationException: driver bug", StringComparison.Ordinal));
        await _service.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_end_of_a_replay_ends_the_frames()
    {
        await _service.StartAsync(TestContext.Current.CancellationToken);
        _camera.End();

        Assert.False(await _latest.WaitAsync());
        Assert.Equal(CameraState.Ended, _status.Camera);
        Assert.Equal(1, _camera.Created);
    }
}
