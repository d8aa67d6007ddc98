using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>The open head. It follows a face in small steps, and has nothing to do while it is at rest.</summary>
internal sealed class PanTiltSession : IPartSession
{
    /// <summary>Time between two steps of a motion: each servo receives two pulses.</summary>
    public static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(40);

    /// <summary>A step that is late is not made up for, so that the head never jumps.</summary>
    private static readonly TimeSpan LongestStep = 2 * StepTime;

    /// <summary>How long a stop may wait for the way home.</summary>
    private static readonly TimeSpan RestTime = TimeSpan.FromMilliseconds(360);

    private readonly ServoPair _servos;
    private readonly PanTiltOptions _options;
    private readonly FrameTap _tap;
    private readonly DeviceControls _controls;
    private readonly ShownHead _shown;
    private readonly TimeProvider _timeProvider;
    private readonly FaceViewer _viewer;
    private readonly AxisMotion _pan,
        _tilt;
    private TimeSpan? _lastStep;
    private TimeSpan _lastSeen;
    private bool _isStarted,
        _isFollowing;

    public PanTiltSession(
        ServoPair servos,
        PanTiltOptions options,
        FrameTap tap,
        DeviceControls controls,
        ShownHead shown,
        TimeProvider timeProvider,
        PartSignal signal
    )
    {
        _servos = servos;
        _options = options;
        _tap = tap;
        _controls = controls;
        _shown = shown;
        _timeProvider = timeProvider;
        _pan = new AxisMotion(options.Pan, options.MaxSpeed, options.HorizontalView);
        _tilt = new AxisMotion(options.Tilt, options.MaxSpeed, options.VerticalView);
        _viewer = new FaceViewer((float)options.MinScore, signal);
        _tap.Add(_viewer);
    }

    /// <summary>Waits between the steps of the way home; a test replaces it.</summary>
    public Action<TimeSpan> Pause { get; init; } = Thread.Sleep;

    private bool IsAtRest => _pan.IsAtRest && _tilt.IsAtRest;

    public TimeSpan Update(TimeSpan now)
    {
        if (!_isStarted)
            Start(now);
        bool isPaused = !_controls.Active;
        if (_viewer.TryTake(out Sighting sighting) && !isPaused)
        {
            _lastSeen = now;
            _isFollowing = true;
            _pan.Follow(sighting.Time, sighting.X, _options.Gain, _options.DeadZone);
            _tilt.Follow(sighting.Time, sighting.Y, _options.Gain, _options.DeadZone);
        }

        if (isPaused)
        {
            _pan.Hold();
            _tilt.Hold();
            _lastSeen = now;
        }
        else if (_isFollowing && _options.HomeAfter > TimeSpan.Zero && now - _lastSeen >= _options.HomeAfter)
        {
            _isFollowing = false;
            _pan.GoHome();
            _tilt.GoHome();
        }

        Move(now);
        Show(
            isPaused ? "paused"
            : _isFollowing ? "follows a face"
            : IsAtRest ? "at home"
            : "returns home"
        );
        return Next(now, isPaused);
    }

    public void Rest()
    {
        if (!_isStarted)
            return;
        _pan.GoHome();
        _tilt.GoHome();
        TimeSpan time = FrameTime.Now(_timeProvider).Monotonic;
        for (TimeSpan passed = TimeSpan.Zero; !IsAtRest && passed < RestTime; passed += StepTime)
        {
            Pause(StepTime);
            _pan.Step(time + passed, StepTime, slows: false);
            _tilt.Step(time + passed, StepTime, slows: false);
            Write();
        }

        // A stop has no more time: the servos go the rest of the way by themselves, for which a PCA9685 must continue its pulses.
        bool isHome = IsAtRest;
        _pan.Jump();
        _tilt.Jump();
        Write();
        if (isHome)
            _servos.Stop();
        Show("at home");
    }

    public void Dispose()
    {
        _tap.Remove(_viewer);
        _servos.Dispose();
    }

    /// <summary>Sends the servos home at their own speed, because it is not known where they are.</summary>
    private void Start(TimeSpan now)
    {
        Write();
        _servos.Start();
        _isStarted = true;
        _lastSeen = now;
    }

    private void Move(TimeSpan now)
    {
        if (IsAtRest)
        {
            _lastStep = null;
            return;
        }

        // The first step after a rest has the length of any other one.
        TimeSpan elapsed = _lastStep is { } last ? now - last : StepTime;
        TimeSpan time = FrameTime.Now(_timeProvider).Monotonic;
        elapsed = elapsed < LongestStep ? elapsed : LongestStep;
        _pan.Step(time, elapsed);
        _tilt.Step(time, elapsed);
        _lastStep = now;
        Write();
    }

    private TimeSpan Next(TimeSpan now, bool isPaused)
    {
        if (!IsAtRest)
            return StepTime;
        if (isPaused || !_isFollowing || _options.HomeAfter == TimeSpan.Zero)
            return Timeout.InfiniteTimeSpan;
        TimeSpan left = _options.HomeAfter - (now - _lastSeen);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Write() => _servos.Write(_pan.Angle, _tilt.Angle);

    private void Show(string text) => _shown.Set(text, _pan.Angle - _options.Pan.Home, _tilt.Angle - _options.Tilt.Home);
}
