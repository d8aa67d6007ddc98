using Microsoft.Extensions.Options;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>Creates the detector of this machine that the settings select.</summary>
internal sealed class DetectorFactory(
    IOptions<ModelOptions> model,
    IOptions<DetectorOptions> detector,
    IOptions<CoprocessorOptions> coprocessor,
    TimeProvider timeProvider
)
{
    /// <exception cref="Models.ModelException">The model cannot be used.</exception>
    public IDetector Create()
    {
        ModelFolder folder = ModelFolder.Open(model.Value.Resolve());
        return coprocessor.Value.HostEngine == HostEngine.Interpreter
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
