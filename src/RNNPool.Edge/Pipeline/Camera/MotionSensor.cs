namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The report of a motion sensor that is no camera, for the rate of all cameras. Thread-safe.</summary>
public sealed class MotionSensor
{
    private volatile object? _moving;

    /// <summary>Raised after each change, on the thread that made it.</summary>
    public event Action? Changed;

    /// <summary>Whether something has moved within the sensor's hold time; null without a sensor that works.</summary>
    public bool? Moving
    {
        get => (bool?)_moving;
        set
        {
            if (Moving == value)
                return;
            _moving = value;
            Changed?.Invoke();
        }
    }
}
