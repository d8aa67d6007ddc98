using Microsoft.Extensions.Options;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>Creates detectors that run on this machine.</summary>
internal sealed class DetectorFactory(IOptions<DetectorOptions> detector, TimeProvider timeProvider)
{
    /// <summary>Loads a model into an engine.</summary>
    /// <exception cref="ModelException">The model cannot be used.</exception>
    public IDetector Create(ModelFolder folder, HostEngine engine) =>
        engine == HostEngine.Interpreter
            ? CreateInterpreter(folder, detector.Value, timeProvider)
            : OnnxDetector.Create(folder, detector.Value, timeProvider);

    /// <summary>The package that the interpreter runs.</summary>
    /// <exception cref="ModelException">The model has none.</exception>
    public static string FindPackage(ModelFolder folder) =>
        folder.PackagePath
        ?? throw new ModelException($"{folder.Path}: model.rnnp is missing from this model folder, and the interpreter runs nothing else.");

    private static InterpreterDetector CreateInterpreter(ModelFolder folder, DetectorOptions options, TimeProvider time)
    {
        var decoding = new DecodingOptions
        {
            ScoreThreshold = options.ScoreThreshold,
            NmsIou = options.NmsIou,
            MaxDetections = options.MaxDetections,
        };
        return new InterpreterDetector(ModelPackage.Load(FindPackage(folder)), decoding, folder.Architecture.Input.Fit, time);
    }
}
