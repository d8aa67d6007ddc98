using Microsoft.Extensions.Options;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>Creates detectors that run on this machine, with the model of the settings.</summary>
internal sealed class DetectorFactory(IOptions<ModelOptions> model, IOptions<DetectorOptions> detector, TimeProvider timeProvider)
{
    /// <summary>Loads the model into an engine.</summary>
    /// <exception cref="Models.ModelException">The model cannot be used.</exception>
    public IDetector Create(HostEngine engine)
    {
        ModelFolder folder = ModelFolder.Open(model.Value.Resolve());
        return engine == HostEngine.Interpreter
            ? CreateInterpreter(folder, detector.Value, timeProvider)
            : OnnxDetector.Create(folder, detector.Value, timeProvider);
    }

    private static InterpreterDetector CreateInterpreter(ModelFolder folder, DetectorOptions options, TimeProvider time)
    {
        if (folder.PackagePath is not { } path)
            throw new ModelException(
                $"{folder.Path}: model.rnnp is missing from this model folder, and the interpreter runs nothing else."
            );
        var decoding = new DecodingOptions
        {
            ScoreThreshold = options.ScoreThreshold,
            NmsIou = options.NmsIou,
            MaxDetections = options.MaxDetections,
        };
        return new InterpreterDetector(ModelPackage.Load(path), decoding, folder.Architecture.Input.Fit, time);
    }
}
