using System.Collections;
using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Pipeline.Status;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline;

/// <summary>The cameras of the device, in the order of the settings.</summary>
internal sealed class CameraSet : IReadOnlyList<CameraPorts>, IDisposable
{
    private readonly CameraPorts[] _cameras;

    /// <summary>Creates the ports of every camera; nothing is opened yet.</summary>
    public CameraSet(IEnumerable<ICameraFactory> cameras, ImagePolicy images, TimeProvider timeProvider) =>
        _cameras = [
            .. cameras.Select(camera => new CameraPorts(
                camera,
                new FrameSlot(),
                new PipelineStatus(timeProvider),
                new FrameTap(),
                new SnapshotSource(images, timeProvider)
            )),
        ];

    /// <inheritdoc/>
    public int Count => _cameras.Length;

    /// <inheritdoc/>
    public CameraPorts this[int index] => _cameras[index];

    /// <summary>The camera of a name; null when there is none.</summary>
    public CameraPorts? Find(string name) => Array.Find(_cameras, camera => camera.Name == name);

    /// <inheritdoc/>
    public IEnumerator<CameraPorts> GetEnumerator() => ((IEnumerable<CameraPorts>)_cameras).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Frees the frames in the slots.</summary>
    public void Dispose()
    {
        foreach (CameraPorts camera in _cameras)
            camera.Frames.Dispose();
    }
}
