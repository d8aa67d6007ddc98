using RNNPool.Edge.Vision.Imaging;

namespace RNNPool.Edge.Pipeline;

/// <summary>The figures of all cameras together.</summary>
internal sealed class PipelineTotals(CameraSet cameras)
{
    /// <summary>Frames captured since the start.</summary>
    public long Frames => cameras.Sum(camera => camera.Status.Frames);

    /// <summary>Damaged frames, which were skipped.</summary>
    public long BadFrames => cameras.Sum(camera => camera.Status.BadFrames);

    /// <summary>Frames that the detector has processed.</summary>
    public long Inferences => cameras.Sum(camera => camera.Status.Inferences);

    /// <summary>Frames on which the detector failed.</summary>
    public long InferenceErrors => cameras.Sum(camera => camera.Status.InferenceErrors);

    /// <summary>Frames captured per second.</summary>
    public double CaptureRate => cameras.Sum(camera => camera.Status.CaptureRate);

    /// <summary>Frames processed by the detector per second.</summary>
    public double InferenceRate => cameras.Sum(camera => camera.Status.InferenceRate);

    /// <summary>Median time of one inference in milliseconds, of the camera with the longest; null before the first.</summary>
    public double? InferenceMilliseconds => cameras.Max(camera => camera.Status.InferenceMilliseconds);

    /// <summary>Longest time that a camera may be silent; zero when none delivers frames.</summary>
    public TimeSpan StallLimit => cameras.Max(camera => camera.Status.StallLimit);

    /// <summary>Longest time since the last frame of a camera.</summary>
    public TimeSpan FrameAge => cameras.Max(camera => camera.Status.FrameAge);

    /// <summary>Longest time since the last inference on a camera.</summary>
    public TimeSpan InferenceAge => cameras.Max(camera => camera.Status.InferenceAge);

    /// <summary>Whether the picture of a camera has been unusable for long.</summary>
    public bool HasPictureFault => cameras.Any(camera => camera.Picture.Fault != PictureFault.None);

    /// <summary>Why detection is paused, as a sentence; null while it is not.</summary>
    public string? Pause => cameras.Select(camera => camera.Status.Pause).FirstOrDefault(pause => pause is not null);
}
