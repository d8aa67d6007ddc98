using System.Diagnostics.Metrics;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The counters of all cameras. Thread-safe; counting allocates nothing.</summary>
public sealed class CaptureMetrics
{
    private readonly Counter<long> _losses;
    private readonly Counter<long> _bad;

    /// <summary>Creates the instruments.</summary>
    public CaptureMetrics(DeviceMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        _losses = metrics.Meter.CreateCounter<long>(
            "rnnpool_edge_camera_losses_total",
            description: "Times that the camera failed or stopped delivering frames."
        );
        _bad = metrics.Meter.CreateCounter<long>(
            "rnnpool_edge_camera_bad_frames_total",
            description: "Damaged frames, which were skipped."
        );
    }

    /// <summary>Counts a camera that failed or delivered no frames.</summary>
    public void CountLoss() => _losses.Add(1);

    /// <summary>Counts damaged frames.</summary>
    public void CountBadFrames(long count) => _bad.Add(count);
}
