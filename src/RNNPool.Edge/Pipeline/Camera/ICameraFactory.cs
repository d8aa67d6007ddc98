using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>Makes the configured camera, anew after every failure.</summary>
public interface ICameraFactory
{
    /// <summary>What events call the camera.</summary>
    string Name { get; }

    /// <summary>The source as the user wrote it, without credentials.</summary>
    string Source { get; }

    /// <summary>Makes the camera; it is opened by its first read.</summary>
    /// <exception cref="CameraException">The source cannot be understood.</exception>
    ICamera Create();
}
