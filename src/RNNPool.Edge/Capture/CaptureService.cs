using Microsoft.Extensions.Options;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Capture;

/// <summary>Reads the camera into the slot of the latest frame, and opens it again, with growing delays, whenever it fails or falls silent.</summary>
public sealed partial class CaptureService(
    ICameraFactory cameras,
    LatestFrame latest,
    PipelineStatus status,
    IOptions<CameraOptions> options,
    TimeProvider timeProvider,
    ILogger<CaptureService> logger) : BackgroundService
{
    private readonly CameraOptions _options = options.Value;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(_options.ReopenDelay, _options.MaxReopenDelay);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                string? failure = await WatchAsync(backoff, stoppingToken).ConfigureAwait(false);
                if (failure is null) return;
                TimeSpan delay = backoff.Next();
                status.CameraFailed(failure);
                LogLost(cameras.Source, failure, delay.TotalSeconds);
                await Task.Delay(delay, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            latest.Complete();
        }
    }

    /// <summary>Opens the camera once and reads it to its end.</summary>
    /// <returns>Why it failed, or null when it has ended by itself or the service stops.</returns>
    private async Task<string?> WatchAsync(Backoff backoff, CancellationToken stoppingToken)
    {
        // One source of cancellation for both the stop and the silence; CancelAfter restarts its timer without allocating.
        using var silence = new CancellationTokenSource(_options.FrameTimeout, timeProvider);
        using CancellationTokenRegistration stop = stoppingToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), silence);
        ICamera? camera = null;
        try
        {
            camera = cameras.Create();
            status.CameraOpening();
            await PumpAsync(camera, backoff, silence).ConfigureAwait(false);
            status.CameraEnded();
            LogEnded(cameras.Source);
            return null;
        }
        catch (OperationCanceledException)
        {
            return stoppingToken.IsCancellationRequested ? null : $"no frame for {_options.FrameTimeout.TotalSeconds:0.#} s.";
        }
        catch (CameraException exception)
        {
            return exception.Message;
        }
#pragma warning disable CA1031 // A camera is drivers and files: whatever it throws, the answer is to open it again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return $"{exception.GetType().Name}: {exception.Message}";
        }
        finally
        {
            if (camera is not null) await DisposeAsync(camera).ConfigureAwait(false);
        }
    }

    private async Task PumpAsync(ICamera camera, Backoff backoff, CancellationTokenSource silence)
    {
        bool first = true;
        while (await camera.ReadAsync(silence.Token).ConfigureAwait(false) is { } frame)
        {
            silence.CancelAfter(_options.FrameTimeout);
            if (first) LogOpened(cameras.Source, frame.Width, frame.Height, frame.Format);
            if (first) backoff.Reset();
            first = false;
            status.FrameCaptured(frame.Width, frame.Height);
            latest.Put(frame);
        }
    }

    private async ValueTask DisposeAsync(ICamera camera)
    {
        try
        {
            await camera.DisposeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // As above; a camera that cannot be closed must not end the service.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotClosed(cameras.Source, exception.Message);
        }
    }
}
