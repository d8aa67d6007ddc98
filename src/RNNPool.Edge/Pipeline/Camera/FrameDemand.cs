using RNNPool.Edge.Events;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>
/// The rate that the consumers of a camera's frames need now: the idle rate while neither the motion gate nor a motion sensor has a reason
/// for the full one. Thread-safe.
/// </summary>
/// <param name="sensor">The motion sensor of the device; null for none.</param>
/// <param name="occupancy">The occupancy, which is a reason where no gate observes the presences; null for none.</param>
public sealed class FrameDemand(MotionSensor? sensor = null, OccupancyState? occupancy = null)
{
    private const int NoGate = 0,
        GateIdle = 1,
        GateBusy = 2;

    private volatile int _gate;

    /// <summary>Whether the idle rate is sufficient, because nothing moves and nothing is present.</summary>
    public bool IsIdle =>
        sensor?.Moving switch
        {
            true => false,
            false => _gate == NoGate ? occupancy is not { Current.Occupied: true } : _gate == GateIdle,
            null => _gate == GateIdle,
        };

    /// <summary>Records whether the motion gate sees neither motion nor a presence.</summary>
    public void SetGate(bool idle) => _gate = idle ? GateIdle : GateBusy;
}
