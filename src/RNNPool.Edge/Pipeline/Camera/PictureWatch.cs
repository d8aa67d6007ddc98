using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// Watches whether a camera has shown nothing useful for long: assesses a frame each second. Written by the camera's thread, read by any;
/// allocates nothing per frame.
/// </summary>
internal sealed class PictureWatch
{
    /// <summary>Shortest time between two assessments.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly PictureAssessor _assessor = new();
    private bool _assessed;
    private bool _faulty;
    private long _last;
    private long _since;
    private volatile PictureFault _fault;

    /// <summary>The fault that has lasted for the limit.</summary>
    public PictureFault Fault => _fault;

    /// <summary>The fault as a sentence; null without one.</summary>
    public string? Reason =>
        _fault switch
        {
            PictureFault.Dark => "The picture is too dark to detect anything.",
            PictureFault.Covered => "The picture has no contrast; the lens may be covered.",
            PictureFault.Blurred => "The picture is out of focus.",
            PictureFault.Frozen => "The picture is frozen: it does not change at all.",
            _ => null,
        };

    /// <summary>Assesses a frame if the last one was a second ago.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="time">Clock.</param>
    /// <param name="limit">How long a fault must last; zero for never.</param>
    public void Update(Frame frame, TimeProvider time, TimeSpan limit)
    {
        long now = time.GetTimestamp();
        if (limit == TimeSpan.Zero || (_assessed && time.GetElapsedTime(_last, now) < Interval))
            return;
        _last = now;
        _assessed = true;
        PictureFault fault = _assessor.Assess(frame);
        if (fault == PictureFault.None)
        {
            Reset();
            return;
        }

        if (!_faulty)
            _since = now;
        _faulty = true;
        if (time.GetElapsedTime(_since, now) >= limit)
            _fault = fault;
    }

    /// <summary>Forgets a fault, such as when the camera is lost or may show nothing.</summary>
    public void Reset()
    {
        _faulty = false;
        _fault = PictureFault.None;
    }
}
