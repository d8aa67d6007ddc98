using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Pipeline.Pictures;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>
/// Takes the newest frame of one camera, runs the detector on it and passes the result to presence. Allocates nothing per frame.
/// </summary>
internal sealed partial class DetectionLoop(
    FrameSlot frames,
    DetectionEngine engine,
    PresenceStage presence,
    FramePublisher publisher,
    PresencePictures? pictures,
    IFrameGate? gate,
    DeviceControls controls,
    PipelineStatus status,
    TimeProvider timeProvider,
    ILogger<DetectionLoop> logger
)
{
    /// <summary>How often presence advances without frames, so that presences also end when the camera is lost.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan ErrorPause = TimeSpan.FromSeconds(1);

    private readonly DetectionList _detections = new();
    private readonly List<Presence> _present = [];

    /// <summary>Runs until the slot accepts no more frames, then ends all presences. After an exception it can be called again.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        foreach ((string key, string label) in PresenceLabels.Unknown(presence.Settings, engine.Labels))
            LogUnknownLabel(key, label, engine.Model, string.Join(", ", engine.Labels));
        PresenceWarmUp.Run(presence.Settings, engine.Labels, timeProvider);

        // Presences must end at once when detection is switched off, not with the next frame.
        controls.Changed += OnChanged;
        ITimer ticker = timeProvider.CreateTimer(static slot => ((FrameSlot)slot!).Wake(), frames, TickInterval, TickInterval);
        try
        {
            // A stop of the device ends the capture, which completes the slot.
            while (await frames.WaitAsync(CancellationToken.None).ConfigureAwait(false))
            {
                await StepAsync(stoppingToken).ConfigureAwait(false);
                status.RecordStep();
            }
        }
        finally
        {
            controls.Changed -= OnChanged;
            await ticker.DisposeAsync().ConfigureAwait(false);
        }

        await StepAsync(stoppingToken).ConfigureAwait(false);
        await DrainAsync(stoppingToken).ConfigureAwait(false);
        presence.EndAll(PresenceEndReason.Stopped);
        EndPictures();
    }

    private void OnChanged(ControlChange change) => frames.Wake();

    /// <summary>After the end of a replay: waits until the last presence has ended by its off-delay.</summary>
    private async Task DrainAsync(CancellationToken stoppingToken)
    {
        while (presence.Count > 0 && !stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(TickInterval, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            presence.Advance();
        }
    }

    private async ValueTask StepAsync(CancellationToken stoppingToken)
    {
        using Frame? frame = frames.TryTake();
        presence.ApplySettings();
        status.Pause = controls.Pause;
        if (!controls.Active)
        {
            presence.EndAll(controls.EndReason);
            Skip(frame);
        }
        else if (frame is null)
        {
            presence.Advance();
        }
        else if (gate is not null && !gate.Admit(frame, CollectPresent()))
        {
            Skip(frame);
            presence.Advance();
        }
        else
        {
            await DetectAsync(frame, stoppingToken).ConfigureAwait(false);
        }

        EndPictures();
    }

    private void EndPictures()
    {
        if (pictures is { IsFollowing: true })
            pictures.Retain(presence.Camera, CollectPresent());
    }

    private async ValueTask DetectAsync(Frame frame, CancellationToken stoppingToken)
    {
        try
        {
            await engine.DetectAsync(frame, _detections, stoppingToken).ConfigureAwait(false);
            status.RecordInference(_detections.Duration);

            // Detection may have been switched off while the engine was busy; the next step ends the presences.
            if (!controls.Active)
            {
                frames.Wake();
                return;
            }

            presence.Update(frame, _detections.Items);
            if (pictures is { IsWanted: true } && presence.Count > 0)
                pictures.Offer(presence.Camera, engine.Labels, frame, _detections.Items, CollectPresent());
            publisher.Publish(frame, _detections.Items);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The loop ends once the slot is complete.
        }
        catch (DetectorUnavailableException)
        {
            // The failover detector has already logged the loss and reported it to health; presence must advance meanwhile.
            status.RecordInferenceError();
            presence.Advance();
        }
#pragma warning disable CA1031 // A frame that fails must not end detection; health fails when no frame succeeds.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            status.RecordInferenceError();
            LogFailed(engine.Engine, frame.Sequence, exception);
            await Task.Delay(ErrorPause, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Skip(Frame? frame)
    {
        if (frame is null)
            return;
        status.RecordSkippedFrame();
        publisher.Publish(frame, []);
    }

    private List<Presence> CollectPresent()
    {
        _present.Clear();
        presence.CopyPresent(_present);
        return _present;
    }

    [LoggerMessage(1100, LogLevel.Error, "The engine {Engine} failed on frame {Sequence}; detection continues with the next frame.")]
    private partial void LogFailed(string engine, long sequence, Exception exception);

    [LoggerMessage(1101, LogLevel.Warning, "{Key} is '{Label}', which is not a label of the model {Model}; its labels are: {Labels}.")]
    private partial void LogUnknownLabel(string key, string label, string model, string labels);
}
