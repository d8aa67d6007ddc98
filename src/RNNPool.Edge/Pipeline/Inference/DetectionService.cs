using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>Takes the newest frame, runs the detector on it and turns what presence says into events. Allocates nothing per frame.</summary>
public sealed partial class DetectionService : BackgroundService
{
    /// <summary>How often presence is told the time while no frames come, so that what is gone also ends when the camera is lost.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan ErrorPause = TimeSpan.FromSeconds(1);

    private readonly LatestFrame _latest;
    private readonly IDetector _detector;
    private readonly string _camera;
    private readonly EventDispatcher _dispatcher;
    private readonly PipelineStatus _status;
    private readonly PipelineControls _controls;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<DetectionService> _logger;
    private readonly DetectionList _detections = new();
    private readonly List<PresenceEvent> _events = [];
    private PresenceOptions _options;
    private PresenceTracker _presence;
    private readonly List<Presence> _present = [];

    /// <summary>Puts the pipeline together.</summary>
    public DetectionService(
        LatestFrame latest,
        IDetector detector,
        ICameraFactory camera,
        EventDispatcher dispatcher,
        PipelineStatus status,
        PipelineControls controls,
        IHostApplicationLifetime lifetime,
        IOptions<PresenceOptions> options,
        TimeProvider timeProvider,
        ILogger<DetectionService> logger
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(camera);
        (_latest, _detector, _dispatcher, _status, _controls, _lifetime) = (latest, detector, dispatcher, status, controls, lifetime);
        (_options, _timeProvider, _logger) = (options.Value, timeProvider, logger);
        _camera = camera.Name;
        _presence = new PresenceTracker(_options, _camera, detector.Labels);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach ((string key, string label) in PresenceLabels.Unknown(_options, _detector.Labels))
            LogUnknownLabel(key, label, _detector.Model, string.Join(", ", _detector.Labels));
        PresenceWarmUp.Run(_options, _detector.Labels, _timeProvider);
        DeviceControls controls = _controls.Device;
        controls.Changed += OnChanged;
        ITimer ticker = _timeProvider.CreateTimer(static slot => ((LatestFrame)slot!).Wake(), _latest, TickInterval, TickInterval);
        await using (ticker.ConfigureAwait(false))
        {
            // Stopping completes the slot from the side of the camera.
            while (await _latest.WaitAsync().ConfigureAwait(false))
            {
                await StepAsync(stoppingToken).ConfigureAwait(false);
                _status.Stepped();
            }
        }

        await StepAsync(stoppingToken).ConfigureAwait(false);
        controls.Changed -= OnChanged;
        if (!stoppingToken.IsCancellationRequested)
            await OutlastAsync(stoppingToken).ConfigureAwait(false);

        // What is still there ends with the watch: nobody is left to say when it goes.
        _presence.EndAll(FrameTime.Now(_timeProvider), PresenceEndReason.Stopped, _events);
        DispatchEvents();
        if (!stoppingToken.IsCancellationRequested)
            _lifetime.StopApplication();
    }

    /// <summary>Pins must rest at once when detection is switched off, not with the next frame.</summary>
    private void OnChanged(ControlChange change) => _latest.Wake();

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
        if (!MayDetect(frame))
            return;
        try
        {
            await _detector.DetectAsync(frame!, _detections, stoppingToken).ConfigureAwait(false);
            _status.FrameDetected(_detections.Duration);

            // Detection may have been switched off while the engine was busy: what it found then is not told any more.
            if (Rest())
                return;
            _presence.Update(FrameMetadata.From(frame!), _detections.Items, _events);
            DispatchEvents();
            Show(frame!, _detections.Items);
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
            LogFailed(_detector.Engine, frame!.Sequence, exception);
            await Task.Delay(ErrorPause, _timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether there is a frame that the detector should see. If not, time goes on for presence all the same.</summary>
    private bool MayDetect(Frame? frame)
    {
        if (_controls.Settings?.Current is { } settings && !ReferenceEquals(settings, _options))
            Adopt(settings);
        _presence.EnterThreshold = _controls.Device.EnterThreshold ?? _options.EnterThreshold;
        if (Rest())
        {
            if (frame is null)
                return false;
            _status.FrameSkipped();
            Show(frame, []);
            return false;
        }

        if (frame is not null && Passes(frame))
            return true;
        if (frame is not null)
        {
            _status.FrameSkipped();
            Show(frame, []);
        }

        Tick();
        return false;
    }

    /// <summary>Other thresholds or zones: what is there ends by the old ones and begins anew by the new ones.</summary>
    private void Adopt(PresenceOptions settings)
    {
        _presence.EndAll(FrameTime.Now(_timeProvider), PresenceEndReason.Settings, _events);
        DispatchEvents();
        _options = settings;
        _presence = new PresenceTracker(settings, _camera, _detector.Labels);
    }

    private bool Passes(Frame frame)
    {
        if (_controls.Gate is not { } gate)
            return true;
        _present.Clear();
        _presence.CopyActive(_present);
        return gate.ShouldDetect(frame, _present);
    }

    /// <summary>While detection is off, nothing is there: what was ends, and says why.</summary>
    /// <returns>Whether detection is off.</returns>
    private bool Rest()
    {
        DeviceControls controls = _controls.Device;
        PresenceEndReason reason = controls.EndReason;
        _status.Pause = controls.Pause;
        if (reason == PresenceEndReason.Gone)
            return false;
        _presence.EndAll(FrameTime.Now(_timeProvider), reason, _events);
        DispatchEvents();
        return true;
    }

    private void Show(Frame frame, ReadOnlySpan<Detection> detections)
    {
        if (_controls.Device.InputPrivacy)
            return;
        if (_controls.Snapshots.Wanted)
            _controls.Snapshots.Offer(frame, detections, _detector.Labels);
        if (_controls.Tap.Wanted)
            _controls.Tap.Lend(frame, detections);
    }

    private void Tick()
    {
        _presence.Advance(FrameTime.Now(_timeProvider), _events);
        DispatchEvents();
    }

    private void DispatchEvents()
    {
        foreach (PresenceEvent presenceEvent in _events)
            _dispatcher.Dispatch(presenceEvent);
        _events.Clear();
    }
}
