using System.Diagnostics.Metrics;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The counters of all cameras. Thread-safe; counting allocates nothing.</summary>
public sealed class CaptureMetrics
{
    private readonly Counter<long> _losses;
    private readonly Counter<long> _bad;
    private readonly KeyValuePair<string, object?>[] _tags = [];

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

    private CaptureMetrics(CaptureMetrics shared, string camera)
    {
        _losses = shared._losses;
        _bad = shared._bad;
        _tags = [new KeyValuePair<string, object?>("camera", camera)];
    }

    /// <summary>The same counters with the label of a camera, for a device with several.</summary>
    public CaptureMetrics For(string camera) => new(this, camera);

    /// <summary>Counts a camera that failed or delivered no frames.</summary>
    public void CountLoss() => _losses.Add(1, _tags);

    /// <summary>Counts damaged frames.</summary>
    public void CountBadFrames(long count) => _bad.Add(count, _tags);
}
