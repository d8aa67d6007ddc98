using RNNPool.Edge.Core;

namespace RNNPool.Edge.Pipeline.Status;

/// <summary>Where a camera stands.</summary>
public enum CameraState
{
    /// <summary>No frame yet.</summary>
    Opening,

    /// <summary>Frames come.</summary>
    Open,

    /// <summary>Lost; it is being opened again.</summary>
    Lost,

    /// <summary>A replay that has come to its end.</summary>
    Ended,
}

/// <summary>What the camera and the detector are doing, for health and state. Thread-safe; marking allocates nothing.</summary>
public sealed class PipelineStatus
{
    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private readonly RateMeter _captured;
    private readonly RateMeter _inferred;
    private readonly DurationWindow _durations = new();
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
        _started = _lastFrame = _lastInference = _lastCapture = _lastStep = timeProvider.GetTimestamp();
        StartTime = timeProvider.GetUtcNow();
    }

    /// <summary>When the program started (UTC).</summary>
    public DateTimeOffset StartTime { get; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Uptime => _timeProvider.GetElapsedTime(_started);

    /// <summary>Where the camera stands.</summary>
    public CameraState Camera => _camera;

    /// <summary>Why the camera was lost last; null while frames come.</summary>
    public string? CameraFailure => _cameraFailure;

    /// <summary>Width of the last frame in pixels; 0 before the first.</summary>
    public int FrameWidth => Volatile.Read(ref _width);

    /// <summary>Height of the last frame in pixels; 0 before the first.</summary>
    public int FrameHeight => Volatile.Read(ref _height);

    /// <summary>Frames captured since the start.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    /// <summary>Frames that came damaged from the camera and were skipped.</summary>
    public long BadFrames => Interlocked.Read(ref _bad);

    /// <summary>Frames that the detector has seen.</summary>
    public long Inferences => Interlocked.Read(ref _inferences);

    /// <summary>Frames that the detector failed on.</summary>
    public long InferenceErrors => Interlocked.Read(ref _errors);

    /// <summary>Frames captured per second.</summary>
    public double CaptureRate => _captured.PerSecond();

    /// <summary>Frames detected per second.</summary>
    public double InferenceRate => _inferred.PerSecond();

    /// <summary>Median time of one inference in milliseconds; null before the first.</summary>
    public double? InferenceMilliseconds => _durations.MedianMilliseconds();

    /// <summary>Time since the last frame, or since the start before the first.</summary>
    public TimeSpan FrameAge => _timeProvider.GetElapsedTime(Interlocked.Read(ref _lastFrame));

    /// <summary>Time since the last inference, or frame that rightly had none; since the start before the first.</summary>
    public TimeSpan InferenceAge => _timeProvider.GetElapsedTime(Interlocked.Read(ref _lastInference));

    /// <summary>Why frames are not looked at, as a sentence; null while they are.</summary>
    public string? Pause
    {
        get => _pause;
        set => _pause = value;
    }

    /// <summary>Time since the camera's loop last came round: a frame, an attempt to open, or a failure.</summary>
    public TimeSpan CaptureAge => _timeProvider.GetElapsedTime(Interlocked.Read(ref _lastCapture));

    /// <summary>Time since the detector's loop last came round, with a frame or without.</summary>
    public TimeSpan LoopAge => _timeProvider.GetElapsedTime(Interlocked.Read(ref _lastStep));

    /// <summary>The detector's loop has come round.</summary>
    public void Stepped() => Interlocked.Exchange(ref _lastStep, _timeProvider.GetTimestamp());

    /// <summary>The camera is being opened.</summary>
    public void CameraOpening()
    {
        CaptureMoved();
        if (_camera != CameraState.Lost)
            _camera = CameraState.Opening;
    }

    /// <summary>The camera is lost.</summary>
    public void CameraFailed(string reason)
    {
        (_cameraFailure, _camera) = (reason, CameraState.Lost);
        CaptureMoved();
    }

    /// <summary>A replay has come to its end.</summary>
    public void CameraEnded() => _camera = CameraState.Ended;

    /// <summary>A frame has come.</summary>
    public void FrameCaptured(int width, int height)
    {
        Interlocked.Exchange(ref _lastFrame, _timeProvider.GetTimestamp());
        CaptureMoved();
        Interlocked.Increment(ref _frames);
        Volatile.Write(ref _width, width);
        Volatile.Write(ref _height, height);
        _captured.Mark();
        (_camera, _cameraFailure) = (CameraState.Open, null);
    }

    /// <summary>Damaged frames were skipped.</summary>
    public void FramesDamaged(long count) => Interlocked.Add(ref _bad, count);

    /// <summary>A frame has been through the detector.</summary>
    public void FrameDetected(TimeSpan duration)
    {
        Interlocked.Exchange(ref _lastInference, _timeProvider.GetTimestamp());
        Interlocked.Increment(ref _inferences);
        _durations.Add(duration);
        _inferred.Mark();
    }

    /// <summary>A frame was rightly not given to the detector: nothing in it has changed, or detection is paused.</summary>
    public void FrameSkipped() => Interlocked.Exchange(ref _lastInference, _timeProvider.GetTimestamp());

    /// <summary>The detector has failed on a frame.</summary>
    public void DetectionFailed() => Interlocked.Increment(ref _errors);

    private void CaptureMoved() => Interlocked.Exchange(ref _lastCapture, _timeProvider.GetTimestamp());
}
