using System.Diagnostics.Metrics;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>What the camera has done since the start. Thread-safe; counting allocates nothing.</summary>
public sealed class CaptureMetrics
{
    private readonly Counter<long> _losses;
    private readonly Counter<long> _bad;
    private long _badSeen;

    /// <summary>Makes the instruments.</summary>
    public CaptureMetrics(DeviceMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        _losses = metrics.Meter.CreateCounter<long>(
            "rnnpool_edge_camera_losses_total",
            description: "Times that the camera failed or fell silent."
        );
        _bad = metrics.Meter.CreateCounter<long>(
            "rnnpool_edge_camera_bad_frames_total",
            description: "Frames that came damaged and were skipped."
        );
    }

    /// <summary>The camera is lost.</summary>
    public void Lost()
    {
        _losses.Add(1);
        _badSeen = 0;
    }

    /// <summary>A frame has come.</summary>
    /// <param name="bad">How many damaged ones the present camera has counted so far.</param>
    /// <returns>How many of them are new.</returns>
    public long Captured(long bad)
    {
        long fresh = bad - _badSeen;
        if (fresh <= 0)
            return 0;
        _bad.Add(fresh);
        _badSeen = bad;
        return fresh;
    }
}
