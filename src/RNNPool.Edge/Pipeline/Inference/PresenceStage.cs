using RNNPool.Edge.Core;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>
/// Turns the detections of one camera into events, and follows the settings of presence and the threshold of the controls while the device
/// runs. Not thread-safe; allocates nothing per frame.
/// </summary>
internal sealed class PresenceStage(
    string camera,
    IReadOnlyList<string> labels,
    ILive<PresenceOptions> settings,
    DeviceControls controls,
    EventDispatcher dispatcher,
    TimeProvider timeProvider
)
{
    private readonly List<PresenceEvent> _events = [];
    private PresenceOptions _settings = settings.Current;
    private PresenceTracker _tracker = new(settings.Current, camera, labels);

    /// <summary>Name of the camera.</summary>
    public string Camera => camera;

    /// <summary>The settings in force.</summary>
    public PresenceOptions Settings => _settings;

    /// <summary>The number of announced presences.</summary>
    public int Count => _tracker.Count;

    /// <summary>Adds the announced presences to a list.</summary>
    public void CopyPresent(List<Presence> target) => _tracker.CopyActive(target);

    /// <summary>Applies changed settings: all presences end, and begin again under the new settings.</summary>
    public void ApplySettings()
    {
        PresenceOptions current = settings.Current;
        if (!ReferenceEquals(current, _settings))
        {
            EndAll(PresenceEndReason.Settings);
            _settings = current;
            _tracker = new PresenceTracker(current, camera, labels);
        }

        _tracker.EnterThreshold = controls.EnterThreshold ?? _settings.EnterThreshold;
    }

    /// <summary>Processes the detections of a frame.</summary>
    public void Update(Frame frame, ReadOnlySpan<Detection> detections)
    {
        _tracker.Update(FrameMetadata.From(frame), detections, _events);
        Dispatch();
    }

    /// <summary>Advances the time without a frame.</summary>
    public void Advance()
    {
        _tracker.Advance(FrameTime.Now(timeProvider), _events);
        Dispatch();
    }

    /// <summary>Ends all presences.</summary>
    public void EndAll(PresenceEndReason reason)
    {
        _tracker.EndAll(FrameTime.Now(timeProvider), reason, _events);
        Dispatch();
    }

    private void Dispatch()
    {
        foreach (PresenceEvent presenceEvent in _events)
            dispatcher.Dispatch(presenceEvent);
        _events.Clear();
    }
}
