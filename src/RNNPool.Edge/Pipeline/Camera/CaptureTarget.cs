using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// Passes the frames of one opened camera, transformed, to the slot of its pipeline: counts frames, restarts the stall timer, and closes
/// when the capture abandons the camera, so that a late frame does not reach the pipeline. Allocates nothing per frame.
/// </summary>
/// <param name="camera">The camera.</param>
/// <param name="raw">Receives the frames as the camera sends them.</param>
/// <param name="controls">Whether an input pin requests privacy.</param>
/// <param name="transform">Rotates, mirrors and crops the frames.</param>
/// <param name="slot">Receives the frames.</param>
/// <param name="status">Counts them.</param>
/// <param name="metrics">Counts damaged frames.</param>
/// <param name="silence">Cancelled when no frame arrives in time.</param>
/// <param name="stall">Limits the time between two frames.</param>
/// <param name="opened">Called with the first frame.</param>
internal sealed class CaptureTarget(
    ICamera camera,
    RawFrames raw,
    DeviceControls controls,
    FrameTransform transform,
    FrameSlot slot,
    PipelineStatus status,
    CaptureMetrics metrics,
    CancellationTokenSource silence,
    StallLimit stall,
    Action<Frame> opened
) : IFrameTarget
{
    private readonly Lock _lock = new();
    private long _badFrames;
    private bool _closed;
    private volatile bool _delivered;

    /// <summary>Whether a frame has arrived.</summary>
    public bool HasDelivered => _delivered;

    /// <summary>Receives each transformed frame before the pipeline; null for none.</summary>
    public Action<Frame>? Watch { get; init; }

    /// <summary>Called after each frame, before the next one is read.</summary>
    public Action? AfterFrame { get; init; }

    /// <inheritdoc/>
    public bool Put(Frame frame)
    {
        lock (_lock)
        {
            if (_closed)
            {
                frame.Dispose();
                return false;
            }

            if (!controls.InputPrivacy)
                raw.Offer(frame);
            frame = transform.Apply(frame);
            silence.CancelAfter(stall.RecordFrame());
            if (!_delivered)
                opened(frame);
            _delivered = true;
            status.RecordFrame(frame.Width, frame.Height, stall.Current);
            CountBadFrames();
            Watch?.Invoke(frame);
            slot.Put(frame);
            AfterFrame?.Invoke();
            return true;
        }
    }

    /// <summary>Accepts no more frames.</summary>
    public void Close()
    {
        lock (_lock)
            _closed = true;
    }

    private void CountBadFrames()
    {
        long fresh = camera.BadFrames - _badFrames;
        if (fresh <= 0)
            return;
        _badFrames += fresh;
        metrics.CountBadFrames(fresh);
        status.RecordBadFrames(fresh);
    }
}
