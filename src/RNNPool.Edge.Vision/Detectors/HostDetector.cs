using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>Creates detectors that run on this machine.</summary>
public static class HostDetector
{
    /// <summary>Loads a model into the engine of the options.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="options">The engine and its settings; they must have been validated.</param>
    /// <param name="maxCandidates">Most candidates of a package before suppression; null for the package's own number.</param>
    /// <param name="time">Clock for durations; the system's by default.</param>
    /// <exception cref="ModelException">The model cannot be used; the message gives the reason.</exception>
    public static IDetector Create(ModelFolder folder, DetectorOptions options, int? maxCandidates = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        HostEngine engine = options.ChooseEngine(folder);
        if (engine == HostEngine.Onnx)
            return OnnxDetector.Create(folder, options, time);
        string path = FindPackage(folder, engine);
        var decoding = new DecodingOptions
        {
            ScoreThreshold = options.ScoreThreshold,
            NmsIou = options.NmsIou,
            MaxDetections = options.MaxDetections,
            MaxCandidates = maxCandidates,
        };
        return new PackageDetector(ModelPackage.Load(path), decoding, folder.Architecture.Input.Fit, engine, time);
    }

    /// <summary>The package that an engine runs.</summary>
    /// <exception cref="ModelException">The model has none.</exception>
    public static string FindPackage(ModelFolder folder, HostEngine engine)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return folder.PackagePath
            ?? throw new ModelException(
                $"{folder.Path}: model.rnnp is missing from this model folder, and the engine {engine} runs nothing else."
            );
    }
}
