using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// Runs one camera into its slot, and opens it again, with growing delays, when it fails or delivers no frames.
/// A camera that does not close is reported as stuck and is not opened a second time.
/// </summary>
internal sealed partial class CaptureLoop(
    ICameraFactory cameras,
    FrameSlot slot,
    RawFrames raw,
    PictureWatch picture,
    FrameDemand demand,
    MotionSensor? sensor,
    PipelineStatus status,
    DeviceControls controls,
    CaptureMetrics metrics,
    CaptureOptions options,
    TimeProvider timeProvider,
    ILogger<CaptureLoop> logger
)
{
    /// <summary>Time after which a camera counts as stable: after its next loss the delays start from the first one again.</summary>
    public static readonly TimeSpan StableTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan UnconfiguredInterval = TimeSpan.FromSeconds(2);

    private readonly CameraCloser _closer = new(timeProvider);
    private readonly FrameTransform _transform = options.CreateTransform(new FramePool());

    /// <summary>Runs until the source ends or the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        if (!NoCamera.IsCamera(options.Source))
        {
            await ReportUnconfiguredAsync(stoppingToken).ConfigureAwait(false);
            return;
        }

        var backoff = new Backoff(options.ReopenDelay, options.MaxReopenDelay);
        while (!stoppingToken.IsCancellationRequested)
        {
            (string? failure, ICamera? camera) = await CaptureAsync(backoff, stoppingToken).ConfigureAwait(false);
            if (failure is not null)
                ReportLoss(failure);
            if (camera is not null)
                await CloseAsync(camera, stoppingToken).ConfigureAwait(false);
            if (failure is null)
                return;
            TimeSpan delay = backoff.Next();
            LogReopening(cameras.Source, delay.TotalSeconds);
            await Task.Delay(delay, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Without a camera the device runs, reports that, and waits to be set up on its page.</summary>
    private async Task ReportUnconfiguredAsync(CancellationToken stoppingToken)
    {
        LogUnconfigured();
        while (!stoppingToken.IsCancellationRequested)
        {
            status.RecordCameraFailure(NoCamera.Reason);
            await Task.Delay(UnconfiguredInterval, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Opens the camera once and runs it until it ends, fails or delivers no frames.</summary>
    /// <returns>
    /// The reason of the failure, or null when the source has ended or the service stops; and the camera, which the caller closes.
    /// </returns>
    private async Task<(string? Failure, ICamera? Camera)> CaptureAsync(Backoff backoff, CancellationToken stoppingToken)
    {
        // One source of cancellation for both the stop and the silence; CancelAfter restarts its timer without allocating.
        using var silence = new CancellationTokenSource(options.OpenTimeout, timeProvider);
        using CancellationTokenRegistration stop = stoppingToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(),
            silence
        );
        ICamera? camera = null;
        CaptureTarget? target = null;
        var stall = new StallLimit(options.StallTimeout, options.OpenTimeout, timeProvider);
        CaptureRate? rate = null;
        try
        {
            camera = cameras.Create();
            status.RecordCameraOpening();
            if (camera is ILiveCamera live)
                rate = new CaptureRate(live, options.IdleRate, demand, sensor, controls);
            target = CreateTarget(camera, rate, backoff, silence, stall);
            await RunAsync(camera, target, silence.Token).ConfigureAwait(false);
            status.RecordCameraEnd();
            LogEnded(cameras.Source);
            return (null, camera);
        }
        catch (OperationCanceledException)
        {
            string silent = FormattableString.Invariant($"no frame for {stall.Current.TotalSeconds:0.#} s.");
            return (stoppingToken.IsCancellationRequested ? null : silent, camera);
        }
        catch (CameraException exception)
        {
            return (exception.Fix is null ? exception.Message : $"{exception.Message} {exception.Fix}", camera);
        }
#pragma warning disable CA1031 // Any failure of a driver or a file has the same remedy: the camera is opened again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ($"{exception.GetType().Name}: {exception.Message}", camera);
        }
        finally
        {
            rate?.Dispose();
            target?.Close();
        }
    }

    private CaptureTarget CreateTarget(
        ICamera camera,
        CaptureRate? rate,
        Backoff backoff,
        CancellationTokenSource silence,
        StallLimit stall
    )
    {
        long opened = 0;
        bool stable = false;
        return new CaptureTarget(camera, raw, controls, _transform, slot, status, metrics, silence, stall, first =>
        {
            opened = timeProvider.GetTimestamp();
            LogOpened(cameras.Source, first.Width, first.Height, first.Format);
        })
        {
            Watch = camera is ILiveCamera ? WatchPicture : null,
            AfterFrame = () =>
            {
                if (!stable && timeProvider.GetElapsedTime(opened) >= StableTime)
                {
                    stable = true;
                    backoff.Reset();
                }

                rate?.Update();
            },
        };
    }

    // Opening may block in a driver or on a dead network share. The capture abandons such a camera without waiting for it.
    private static async Task RunAsync(ICamera camera, CaptureTarget target, CancellationToken silence)
    {
        Task running = Task.Run(() => camera.RunAsync(target, silence), CancellationToken.None);
        try
        {
            await running.WaitAsync(silence).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!running.IsCompleted)
        {
            // A camera that has delivered honours the token; it must have returned before it is closed.
            if (target.HasDelivered)
                await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            else
                _ = running.ContinueWith(
                    static late => late.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.OnlyOnFaulted,
                    TaskScheduler.Default
                );
            throw;
        }
    }

    private async Task CloseAsync(ICamera camera, CancellationToken stoppingToken)
    {
        bool reported = false;
        try
        {
            bool closed = await _closer
                .CloseAsync(
                    camera,
                    reason =>
                    {
                        status.RecordCameraFailure(reason);
                        if (!reported)
                            LogStuck(cameras.Source, reason);
                        reported = true;
                    },
                    stoppingToken
                )
                .ConfigureAwait(false);
            if (reported && closed)
                LogFree(cameras.Source);
            if (!closed)
                LogNotClosed(cameras.Source, camera.Stuck ?? "it takes too long.");
        }
#pragma warning disable CA1031 // A camera that cannot be closed must not end the capture.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotClosed(cameras.Source, exception.Message);
        }
    }

    // Pictures of folders and of tests may stand still.
    private void WatchPicture(Frame frame)
    {
        if (controls.InputPrivacy)
            picture.Reset();
        else
            picture.Update(frame, timeProvider, options.PictureFaultAfter);
    }

    private void ReportLoss(string failure)
    {
        picture.Reset();
        status.RecordCameraFailure(failure);
        metrics.CountLoss();
        LogLost(cameras.Source, failure);
    }
}
