using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>Creates the configured camera, a new one after every failure.</summary>
public interface ICameraFactory
{
    /// <summary>Name of the camera in events.</summary>
    string Name { get; }

    /// <summary>The source as the user wrote it, without credentials.</summary>
    string Source { get; }

    /// <summary>Creates the camera; its first read opens it.</summary>
    /// <exception cref="CameraException">The source is invalid.</exception>
    ICamera Create();
}
