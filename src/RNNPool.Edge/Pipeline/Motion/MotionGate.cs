using System.Diagnostics.Metrics;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Motion;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Motion;

/// <summary>
/// Admits frames during motion or a presence and for the hold time afterwards, and otherwise a burst of frames per refresh interval. A
/// burst has as many frames as presence needs for its median, so that an object that the background already contains is announced as well.
/// </summary>
internal sealed class MotionGate(
    MotionOptions options,
    ILive<PresenceOptions> presence,
    FrameDemand demand,
    Counter<long> skipped,
    TimeProvider timeProvider,
    IReadOnlyList<string>? masks = null
) : IFrameGate
{
    private readonly MotionDetector _detector = new(options.Threshold, (float)options.MinArea, masks ?? options.Masks);
    private long _lastActivity = timeProvider.GetTimestamp();
    private long _lastAdmitted = timeProvider.GetTimestamp();
    private int _burstLeft;

    /// <inheritdoc/>
    public bool Admit(Frame frame, IReadOnlyList<Presence> present)
    {
        ArgumentNullException.ThrowIfNull(present);
        long now = timeProvider.GetTimestamp();

        // Every frame updates the background.
        MotionVerdict verdict = _detector.Update(frame);
        if (verdict != MotionVerdict.Still || present.Count > 0)
            _lastActivity = now;
        bool busy = timeProvider.GetElapsedTime(_lastActivity, now) <= options.Hold;
        demand.SetGate(idle: !busy);
        if (!busy && !ContinueBurst(now))
        {
            skipped.Add(1);
            return false;
        }

        if (busy)
            _burstLeft = 0;
        _lastAdmitted = now;
        return true;
    }

    private bool ContinueBurst(long now)
    {
        if (_burstLeft == 0 && timeProvider.GetElapsedTime(_lastAdmitted, now) >= options.Refresh)
            _burstLeft = presence.Current.HistoryLength;
        if (_burstLeft == 0)
            return false;
        _burstLeft--;
        return true;
    }
}

/// <summary>Creates a motion gate for every camera; they share one counter.</summary>
internal sealed class MotionGateFactory(
    Microsoft.Extensions.Options.IOptions<MotionOptions> options,
    ILive<PresenceOptions> presence,
    DeviceMetrics metrics,
    TimeProvider timeProvider
) : IFrameGateFactory
{
    private readonly Counter<long> _skipped = metrics.Meter.CreateCounter<long>(
        "rnnpool_edge_frames_without_motion_total",
        description: "Frames that were not given to the detector because nothing had changed."
    );

    /// <inheritdoc/>
    public IFrameGate Create(FrameDemand demand, IReadOnlyList<string>? masks = null) =>
        new MotionGate(options.Value, presence, demand, _skipped, timeProvider, masks);
}
