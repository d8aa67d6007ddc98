namespace RNNPool.Edge.Events;

/// <summary>The zones of the cameras. No two zones of a device have the same name. Thread-safe.</summary>
public interface ICameraZones
{
    /// <summary>Raised after the zones of a camera have changed.</summary>
    event Action? Changed;

    /// <summary>Names of the zones of all cameras, those of the main camera first.</summary>
    IReadOnlyList<string> All { get; }

    /// <summary>Names of the zones of one camera.</summary>
    /// <param name="camera">Name of the camera.</param>
    IReadOnlyList<string> Find(string camera);
}
