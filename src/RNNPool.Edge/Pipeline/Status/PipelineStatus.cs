using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Status;

/// <summary>The state of a camera.</summary>
public enum CameraState
{
    /// <summary>The camera has delivered no frame yet.</summary>
    Opening,

    /// <summary>The camera delivers frames.</summary>
    Open,

    /// <summary>The camera is lost and is being opened again.</summary>
    Lost,

    /// <summary>The replay has ended.</summary>
    Ended,
}

/// <summary>
/// The state, rates and counters of one camera and its detection, for health and state. Thread-safe; recording allocates nothing.
/// </summary>
public sealed class PipelineStatus
{
    private readonly TimeProvider _timeProvider;
    private readonly RateMeter _captured;
    private readonly RateMeter _inferred;
    private readonly DurationWindow _durations = new();
    private long _stallLimit;
    private long _lastFrame;
    private long _lastInference;
    private long _lastCapture;
    private long _lastStep;
    private long _frames;
    private long _inferences;
    private long _errors;
    private long _bad;
    private int _width;
    private int _height;
    private volatile CameraState _camera;
    private volatile string? _cameraFailure;
    private volatile string? _pause;

    /// <summary>Starts counting.</summary>
    public PipelineStatus(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        (_captured, _inferred) = (new RateMeter(timeProvider), new RateMeter(timeProvider));
        _lastFrame = _lastInference = _lastCapture = _lastStep = timeProvider.GetTimestamp();
    }

    /// <summary>Raised by the detector's thread with the time of each inference.</summary>
    public event Action<TimeSpan>? Inferred;

    /// <summary>The state of the camera.</summary>
    public CameraState Camera => _camera;

    /// <summary>Why the camera was lost; null while it delivers frames.</summary>
    public string? CameraFailure => _cameraFailure;

    /// <summary>Width of the last frame in pixels; 0 before the first.</summary>
    public int FrameWidth => Volatile.Read(ref _width);

    /// <summary>Height of the last frame in pixels; 0 before the first.</summary>
    public int FrameHeight => Volatile.Read(ref _height);

    /// <summary>Frames captured since the start.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    /// <summary>Damaged frames of the camera, which were skipped.</summary>
    public long BadFrames => Interlocked.Read(ref _bad);

    /// <summary>Frames that the detector has processed.</summary>
    public long Inferences => Interlocked.Read(ref _inferences);

    /// <summary>Frames on which the detector failed.</summary>
    public long InferenceErrors => Interlocked.Read(ref _errors);

    /// <summary>Frames captured per second.</summary>
    public double CaptureRate => _captured.PerSecond();

    /// <summary>Frames processed by the detector per second.</summary>
    public double InferenceRate => _inferred.PerSecond();

    /// <summary>Median time of one inference in milliseconds; null before the first.</summary>
    public double? InferenceMilliseconds => _durations.MedianMilliseconds();

    /// <summary>How long the camera may be silent after its last frame; zero while it delivers no frames.</summary>
    public TimeSpan StallLimit => _camera == CameraState.Open ? new TimeSpan(Interlocked.Read(ref _stallLimit)) : TimeSpan.Zero;

    /// <summary>Time since the last frame; before the first, time since the start.</summary>
    public TimeSpan FrameAge => _timeProvider.GetElapsedTime(Interlocked.Read(ref _lastFrame));

    /// <summary>Time since the last inference or intentionally skipped frame; before the first, time since the start.</summary>
    public TimeSpan InferenceAge => _timeProvider.GetElapsedTime(Interlocked.Read(ref _lastInference));

    /// <summary>Why detection is paused, as a sentence; null while it is not.</summary>
    public string? Pause
    {
        get => _pause;
        set => _pause = value;
    }

    /// <summary>Time since the last progress of the camera's loop: a frame, an attempt to open, or a failure.</summary>
    public TimeSpan CaptureAge => _timeProvider.GetElapsedTime(Interlocked.Read(ref _lastCapture));

    /// <summary>Time since the last iteration of the detector's loop, with a frame or without.</summary>
    public TimeSpan LoopAge => _timeProvider.GetElapsedTime(Interlocked.Read(ref _lastStep));

    /// <summary>Records an iteration of the detector's loop.</summary>
    public void RecordStep() => Interlocked.Exchange(ref _lastStep, _timeProvider.GetTimestamp());

    /// <summary>Records that the camera is being opened.</summary>
    public void RecordCameraOpening()
    {
        CaptureMoved();
        if (_camera != CameraState.Lost)
            _camera = CameraState.Opening;
    }

    /// <summary>Records that the camera is lost.</summary>
    public void RecordCameraFailure(string reason)
    {
        (_cameraFailure, _camera) = (reason, CameraState.Lost);
        CaptureMoved();
    }

    /// <summary>Records that a replay has ended.</summary>
    public void RecordCameraEnd() => _camera = CameraState.Ended;

    /// <summary>Records a frame from the camera.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="stallLimit">How long the next frame may take.</param>
    public void RecordFrame(int width, int height, TimeSpan stallLimit = default)
    {
        Interlocked.Exchange(ref _stallLimit, stallLimit.Ticks);
        (_camera, _cameraFailure) = (CameraState.Open, null);
        Interlocked.Exchange(ref _lastFrame, _timeProvider.GetTimestamp());
        CaptureMoved();
        Interlocked.Increment(ref _frames);
        Volatile.Write(ref _width, width);
        Volatile.Write(ref _height, height);
        _captured.Mark();
    }

    /// <summary>Records damaged frames, which were skipped.</summary>
    public void RecordBadFrames(long count) => Interlocked.Add(ref _bad, count);

    /// <summary>Records a frame that the detector has processed.</summary>
    public void RecordInference(TimeSpan duration)
    {
        Interlocked.Exchange(ref _lastInference, _timeProvider.GetTimestamp());
        Interlocked.Increment(ref _inferences);
        _durations.Add(duration);
        _inferred.Mark();
        Inferred?.Invoke(duration);
    }

    /// <summary>Records a frame that skipped the detector because nothing in it has changed or detection is paused.</summary>
    public void RecordSkippedFrame() => Interlocked.Exchange(ref _lastInference, _timeProvider.GetTimestamp());

    /// <summary>Records a frame on which the detector has failed.</summary>
    public void RecordInferenceError() => Interlocked.Increment(ref _errors);

    private void CaptureMoved() => Interlocked.Exchange(ref _lastCapture, _timeProvider.GetTimestamp());
}
