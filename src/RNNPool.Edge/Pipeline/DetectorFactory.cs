using Microsoft.Extensions.Options;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Vision.Detection;

namespace RNNPool.Edge.Pipeline;

/// <summary>Makes the detector that the settings name.</summary>
internal static class DetectorFactory
{
    /// <exception cref="Models.ModelException">The model cannot be used.</exception>
    public static IDetector Create(IServiceProvider services)
    {
        string folder = services.GetRequiredService<IOptions<ModelOptions>>().Value.Resolve();
        return OnnxDetector.Create(ModelFolder.Open(folder), services.GetRequiredService<IOptions<DetectorOptions>>().Value, services.GetRequiredService<TimeProvider>());
    }
}
