using Microsoft.Extensions.Options;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>Creates detectors that run on this machine, with the engine of the settings.</summary>
internal sealed class DetectorFactory(IOptions<DetectorOptions> detector, TimeProvider timeProvider)
{
    /// <summary>Loads a model into the engine.</summary>
    /// <exception cref="Models.ModelException">The model cannot be used.</exception>
    public IDetector Create(ModelFolder folder) => HostDetector.Create(folder, detector.Value, time: timeProvider);
}
