namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>
/// Moves one axis towards its target: at most at the greatest speed, slower near the target, and never beyond its limits. Remembers where
/// it was, because a frame shows where the head pointed when the frame was captured.
/// </summary>
internal sealed class AxisMotion
{
    /// <summary>Speed near the target, in degrees a second for each degree that is left.</summary>
    private const double Approach = 5;

    /// <summary>A servo does not follow smaller steps, in degrees.</summary>
    private const double Resolution = 0.25;

    private const int HistoryLength = 64;

    private readonly PanTiltAxisOptions _options;
    private readonly double _maxSpeed,
        _view;
    private readonly (TimeSpan Time, double Angle)[] _history = new (TimeSpan, double)[HistoryLength];
    private int _next;

    /// <param name="options">Limits and home.</param>
    /// <param name="maxSpeed">Degrees a second.</param>
    /// <param name="view">Degrees from one edge of the picture to the other.</param>
    public AxisMotion(PanTiltAxisOptions options, double maxSpeed, double view)
    {
        _options = options;
        _maxSpeed = maxSpeed;
        _view = view;
        Angle = options.Home;
        Target = options.Home;
        Array.Fill(_history, (TimeSpan.MinValue, Angle));
    }

    /// <summary>Degrees from the middle of the servo.</summary>
    public double Angle { get; private set; }

    /// <summary>Where it moves, within the limits.</summary>
    public double Target { get; private set; }

    /// <summary>Whether it has reached its target.</summary>
    public bool IsAtRest => Math.Abs(Target - Angle) < Resolution;

    /// <summary>Sets the target by a face.</summary>
    /// <param name="time">Time of the frame.</param>
    /// <param name="distance">Distance of the face from the middle, as a fraction of the picture.</param>
    /// <param name="gain">Part of the distance that is corrected.</param>
    /// <param name="deadZone">Distance that is not corrected.</param>
    public void Follow(TimeSpan time, double distance, double gain, double deadZone) =>
        SetTarget(Math.Abs(distance) <= deadZone ? Angle : AngleAt(time) + (gain * distance * _view));

    /// <summary>Sets the target to home.</summary>
    public void GoHome() => SetTarget(_options.Home);

    /// <summary>Stays where it is.</summary>
    public void Hold() => SetTarget(Angle);

    /// <summary>Moves on.</summary>
    /// <param name="time">Now.</param>
    /// <param name="elapsed">Time since the last step.</param>
    /// <param name="slows">Whether it is slower near the target.</param>
    public void Step(TimeSpan time, TimeSpan elapsed, bool slows = true)
    {
        double left = Target - Angle,
            most = Math.Min(_maxSpeed, slows ? Math.Abs(left) * Approach : _maxSpeed) * elapsed.TotalSeconds;
        Angle = IsAtRest ? Angle : Limit(Angle + Math.Clamp(left, -most, most));
        _history[_next] = (time, Angle);
        _next = (_next + 1) % HistoryLength;
    }

    /// <summary>Moves to the target at once.</summary>
    public void Jump() => Angle = Target;

    private void SetTarget(double angle) => Target = Limit(angle);

    private double Limit(double angle) => Math.Clamp(angle, _options.Min, _options.Max);

    /// <summary>The angle at a time, as far as it is remembered.</summary>
    private double AngleAt(TimeSpan time)
    {
        for (int i = 1; i <= HistoryLength; i++)
        {
            (TimeSpan then, double angle) = _history[(_next - i + HistoryLength) % HistoryLength];
            if (then <= time)
                return angle;
        }

        return _history[_next].Angle;
    }
}
