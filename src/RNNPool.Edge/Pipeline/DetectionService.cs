using Microsoft.Extensions.Options;
using RNNPool.Edge.Capture;
using RNNPool.Edge.Coprocessor;
using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Detection;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline;

/// <summary>Takes the newest frame, runs the detector on it and turns what presence says into events. Allocates nothing per frame.</summary>
public sealed partial class DetectionService : BackgroundService
{
    /// <summary>How often presence is told the time while no frames come, so that what is gone also ends when the camera is lost.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan ErrorPause = TimeSpan.FromSeconds(1);

    private readonly LatestFrame _latest;
    private readonly IDetector _detector;
    private readonly PresenceTracker _presence;
    private readonly EventDispatcher _dispatcher;
    private readonly PipelineStatus _status;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<DetectionService> _logger;
    private readonly DetectionList _detections = new();
    private readonly List<PresenceEvent> _events = [];

    /// <summary>Puts the pipeline together.</summary>
    public DetectionService(
        LatestFrame latest,
        IDetector detector,
        ICameraFactory camera,
        EventDispatcher dispatcher,
        PipelineStatus status,
        IHostApplicationLifetime lifetime,
        IOptions<PresenceOptions> options,
        TimeProvider timeProvider,
        ILogger<DetectionService> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(camera);
        (_latest, _detector, _dispatcher, _status, _lifetime, _timeProvider, _logger) = (latest, detector, dispatcher, status, lifetime, timeProvider, logger);
        _presence = new PresenceTracker(options.Value, camera.Name, detector.Labels);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ITimer ticker = _timeProvider.CreateTimer(static slot => ((LatestFrame)slot!).Wake(), _latest, TickInterval, TickInterval);
        await using (ticker.ConfigureAwait(false))
        {
            // Stopping completes the slot from the side of the camera.
            while (await _latest.WaitAsync().ConfigureAwait(false))
            {
                await StepAsync(stoppingToken).ConfigureAwait(false);
            }
        }

        await StepAsync(stoppingToken).ConfigureAwait(false);
        if (!stoppingToken.IsCancellationRequested) await OutlastAsync(stoppingToken).ConfigureAwait(false);

        // What is still there ends with the watch: nobody is left to say when it goes.
        _presence.EndAll(_timeProvider.GetUtcNow(), _events);
        DispatchEvents();
        if (!stoppingToken.IsCancellationRequested) _lifetime.StopApplication();
    }

    /// <summary>After the end of a replay: time goes on until the last presence has ended of itself.</summary>
    private async Task OutlastAsync(CancellationToken stoppingToken)
    {
        while (_presence.Count > 0 && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(TickInterval, _timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Tick();
        }
    }

    private async ValueTask StepAsync(CancellationToken stoppingToken)
    {
        using Frame? frame = _latest.Take();
        if (frame is null)
        {
            Tick();
            return;
        }

        try
        {
            await _detector.DetectAsync(frame, _detections, stoppingToken).ConfigureAwait(false);
            _status.FrameDetected(_detections.Duration);
            _presence.Update(FrameMetadata.Of(frame), _detections.Items, _events);
            DispatchEvents();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The loop ends once the slot is complete.
        }
        catch (DetectorUnavailableException)
        {
            // Whoever lost the engine has said so, and says so in health; presence must know the time meanwhile.
            _status.DetectionFailed();
            Tick();
        }
#pragma warning disable CA1031 // The device must not die of one frame; health turns bad when none gets through.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _status.DetectionFailed();
            LogFailed(_detector.Engine, frame.Sequence, exception);
            await Task.Delay(ErrorPause, _timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Tick()
    {
        _presence.Advance(_timeProvider.GetUtcNow(), _events);
        DispatchEvents();
    }

    private void DispatchEvents()
    {
        foreach (PresenceEvent presenceEvent in _events) _dispatcher.Dispatch(presenceEvent);
        _events.Clear();
    }
}
