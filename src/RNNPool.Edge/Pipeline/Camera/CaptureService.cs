using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// Reads the camera into the slot of the latest frame, and opens it again, with growing delays, whenever it fails or falls silent.
/// A camera that does not close is reported as stuck and is not opened a second time.
/// </summary>
public sealed partial class CaptureService(
    ICameraFactory cameras,
    LatestFrame latest,
    FrameDemand demand,
    DeviceControls controls,
    PipelineStatus status,
    CaptureMetrics metrics,
    IOptions<CameraOptions> options,
    TimeProvider timeProvider,
    ILogger<CaptureService> logger
) : BackgroundService
{
    /// <summary>A camera that has delivered for this long is a good one: its next loss is its first again.</summary>
    public static readonly TimeSpan StableTime = TimeSpan.FromSeconds(10);

    private readonly CameraOptions _options = options.Value;
    private readonly CameraCloser _closer = new(timeProvider);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(_options.ReopenDelay, _options.MaxReopenDelay);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                (string? failure, ICamera? camera) = await WatchAsync(backoff, stoppingToken).ConfigureAwait(false);
                if (failure is not null)
                    Lose(failure);
                if (camera is not null)
                    await CloseAsync(camera, stoppingToken).ConfigureAwait(false);
                if (failure is null)
                    return;
                TimeSpan delay = backoff.Next();
                LogReopening(cameras.Source, delay.TotalSeconds);
                await Task.Delay(delay, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            latest.Complete();
        }
    }

    /// <summary>Opens the camera once and reads it until it ends, fails or falls silent.</summary>
    /// <returns>Why it failed, or null when it has ended by itself or the service stops; and the camera, which is still to be closed.</returns>
    private async Task<(string? Failure, ICamera? Camera)> WatchAsync(Backoff backoff, CancellationToken stoppingToken)
    {
        // One source of cancellation for both the stop and the silence; CancelAfter restarts its timer without allocating.
        using var silence = new CancellationTokenSource(_options.OpenTimeout, timeProvider);
        using CancellationTokenRegistration stop = stoppingToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(),
            silence
        );
        ICamera? camera = null;
        bool delivered = false;
        try
        {
            camera = cameras.Create();
            status.CameraOpening();
            Frame? first = await OpenAsync(camera, silence.Token).ConfigureAwait(false);
            delivered = first is not null;
            await PumpAsync(camera, first, backoff, silence).ConfigureAwait(false);
            status.CameraEnded();
            LogEnded(cameras.Source);
            return (null, camera);
        }
        catch (OperationCanceledException)
        {
            string seconds = FormattableString.Invariant(
                $"no frame for {(delivered ? _options.StallTimeout : _options.OpenTimeout).TotalSeconds:0.#} s."
            );
            return (stoppingToken.IsCancellationRequested ? null : seconds, camera);
        }
        catch (CameraException exception)
        {
            return (exception.Fix is null ? exception.Message : $"{exception.Message} {exception.Fix}", camera);
        }
#pragma warning disable CA1031 // A camera is drivers and files: whatever it throws, the answer is to open it again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ($"{exception.GetType().Name}: {exception.Message}", camera);
        }
    }

    // The first read opens the camera, and may block in a driver or a dead network share.
    private static async Task<Frame?> OpenAsync(ICamera camera, CancellationToken silence)
    {
        Task<Frame?> opening = Task.Run(() => camera.ReadAsync(silence).AsTask(), CancellationToken.None);
        try
        {
            return await opening.WaitAsync(silence).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!opening.IsCompleted)
        {
            _ = opening.ContinueWith(
                static late =>
                {
                    if (late.IsCompletedSuccessfully)
                        late.Result?.Dispose();
                    else
                        _ = late.Exception;
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
            throw;
        }
    }

    private async Task PumpAsync(ICamera camera, Frame? frame, Backoff backoff, CancellationTokenSource silence)
    {
        if (frame is not null)
            LogOpened(cameras.Source, frame.Width, frame.Height, frame.Format);
        long opened = timeProvider.GetTimestamp();
        bool stable = false,
            idle = false;
        var live = camera as ILiveCamera;
        double full = live?.Rate ?? 0;
        for (; frame is not null; frame = await camera.ReadAsync(silence.Token).ConfigureAwait(false))
        {
            silence.CancelAfter(_options.StallTimeout);
            status.FrameCaptured(frame.Width, frame.Height);
            if (metrics.Captured(camera.BadFrames) is > 0 and var damaged)
                status.FramesDamaged(damaged);
            latest.Put(frame);
            if (!stable && timeProvider.GetElapsedTime(opened) >= StableTime)
            {
                stable = true;
                backoff.Reset();
            }

            bool nowIdle = demand.Idle || !controls.Active;
            if (live is null || nowIdle == idle)
                continue;
            idle = nowIdle;
            live.Rate = idle ? Math.Min(full, _options.IdleRate) : full;
        }
    }

    private async Task CloseAsync(ICamera camera, CancellationToken stoppingToken)
    {
        bool told = false;
        try
        {
            bool closed = await _closer
                .CloseAsync(
                    camera,
                    reason =>
                    {
                        status.CameraFailed(reason);
                        if (!told)
                            LogStuck(cameras.Source, reason);
                        told = true;
                    },
                    stoppingToken
                )
                .ConfigureAwait(false);
            if (told && closed)
                LogFree(cameras.Source);
            if (!closed)
                LogNotClosed(cameras.Source, camera.Stuck ?? "it takes too long.");
        }
#pragma warning disable CA1031 // As above; a camera that cannot be closed must not end the service.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotClosed(cameras.Source, exception.Message);
        }
    }

    private void Lose(string failure)
    {
        status.CameraFailed(failure);
        metrics.Lost();
        LogLost(cameras.Source, failure);
    }
}
