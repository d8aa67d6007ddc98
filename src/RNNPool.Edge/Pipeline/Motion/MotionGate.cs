using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Motion;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Motion;

/// <summary>
/// Lets frames pass while something moves or is there, for a while afterwards, and a few every now and then. Those few come in a
/// row: presence wants several sightings, so that single frames far apart would never announce what was there before the motion
/// detector knew the scene.
/// </summary>
public sealed class MotionGate : IFrameGate
{
    private readonly MotionDetector _detector;
    private readonly MotionOptions _options;
    private readonly FrameDemand _demand;
    private readonly TimeProvider _timeProvider;
    private readonly System.Diagnostics.Metrics.Counter<long> _gated;
    private readonly int _burst;
    private long _holdFrom;
    private long _refreshed;
    private int _left;

    /// <summary>Makes the gate, open at first.</summary>
    public MotionGate(
        IOptions<MotionOptions> options,
        IOptions<PresenceOptions> presence,
        FrameDemand demand,
        DeviceMetrics metrics,
        TimeProvider timeProvider
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(presence);
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(timeProvider);
        (_options, _demand, _timeProvider) = (options.Value, demand, timeProvider);
        _detector = new MotionDetector(_options.Threshold, (float)_options.MinArea, _options.Masks);
        _burst = presence.Value.HistoryLength;
        _holdFrom = _refreshed = timeProvider.GetTimestamp();
        _gated = metrics.Meter.CreateCounter<long>(
            "rnnpool_edge_frames_without_motion_total",
            description: "Frames that were not given to the detector because nothing had changed."
        );
    }

    /// <inheritdoc/>
    public bool ShouldDetect(Frame frame, IReadOnlyList<Presence> present)
    {
        ArgumentNullException.ThrowIfNull(present);
        long now = _timeProvider.GetTimestamp();

        // Looked at in any case: the background must go on following.
        MotionVerdict verdict = _detector.Look(frame);
        if (verdict != MotionVerdict.Still || present.Count > 0)
            _holdFrom = now;
        bool busy = _timeProvider.GetElapsedTime(_holdFrom, now) <= _options.Hold;
        _demand.Idle = !busy;
        if (busy)
        {
            (_refreshed, _left) = (now, 0);
            return true;
        }

        if (_left == 0 && _timeProvider.GetElapsedTime(_refreshed, now) >= _options.Refresh)
            _left = _burst;
        if (_left > 0)
        {
            _left--;
            _refreshed = now;
            return true;
        }

        _gated.Add(1);
        return false;
    }
}
