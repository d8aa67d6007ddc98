using Microsoft.Extensions.Options;
using RNNPool.Edge.Models;
using RNNPool.Edge.Models.Folders;
using RNNPool.Edge.Models.Interpreter;
using RNNPool.Edge.Models.Packages;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>Makes the detector of this machine that the settings name.</summary>
internal static class DetectorFactory
{
    /// <exception cref="Models.ModelException">The model cannot be used.</exception>
    public static IDetector Create(IServiceProvider services)
    {
        string folder = services.GetRequiredService<IOptions<ModelOptions>>().Value.Resolve();
        DetectorOptions options = services.GetRequiredService<IOptions<DetectorOptions>>().Value;
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        return services.GetRequiredService<IOptions<CoprocessorOptions>>().Value.HostEngine == HostEngine.Interpreter
            ? CreateInterpreter(ModelFolder.Open(folder), options, time)
            : OnnxDetector.Create(ModelFolder.Open(folder), options, time);
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
