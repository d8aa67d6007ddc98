using RNNPool.Edge.Pipeline.Control;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// Sets the rate of one opened camera: after each frame, and at once when a motion sensor reports a change, because the next frame of the
/// idle rate may be seconds away. Thread-safe; allocates nothing while nothing changes.
/// </summary>
internal sealed class CaptureRate : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ILiveCamera _camera;
    private readonly double _idleRate;
    private readonly FrameDemand _demand;
    private readonly MotionSensor? _sensor;
    private readonly DeviceControls _controls;
    private readonly double _full;
    private bool _idle;

    public CaptureRate(ILiveCamera camera, double idleRate, FrameDemand demand, MotionSensor? sensor, DeviceControls controls)
    {
        _camera = camera;
        _idleRate = idleRate;
        _demand = demand;
        _sensor = sensor;
        _controls = controls;
        _full = camera.Rate;
        if (_sensor is not null)
            _sensor.Changed += Update;
    }

    /// <summary>Sets the rate that is needed now.</summary>
    public void Update()
    {
        lock (_lock)
        {
            bool idle = _demand.IsIdle || !_controls.Active;
            if (idle == _idle)
                return;
            _idle = idle;
            _camera.Rate = idle ? Math.Min(_full, _idleRate) : _full;
        }
    }

    public void Dispose()
    {
        if (_sensor is not null)
            _sensor.Changed -= Update;
    }
}
