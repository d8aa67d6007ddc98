using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>The engine of this machine with the model of the device. The user of the detector disposes it.</summary>
internal sealed class HostModel(DetectorFactory factory) : IModelUser
{
    /// <summary>The detector; null before a model is loaded.</summary>
    public IDetector? Detector { get; private set; }

    /// <inheritdoc/>
    public void Load(ModelFolder model)
    {
        Detector?.Dispose();
        Detector = null;
        Detector = factory.Create(model);
    }
}
