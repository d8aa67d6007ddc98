using Microsoft.Extensions.Options;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Detectors;

namespace RNNPool.Edge.Cli;

/// <summary>The settings of the model and its engine, for commands that need no device.</summary>
internal sealed class ModelSettings(
    IOptions<ModelOptions> model,
    IOptions<DetectorOptions> detector,
    IOptions<CoprocessorOptions> coprocessor,
    TimeProvider timeProvider
)
{
    public ModelOptions Model => model.Value;

    public DetectorOptions Detector => detector.Value;

    public CoprocessorOptions Coprocessor => coprocessor.Value;

    public TimeProvider TimeProvider => timeProvider;
}
