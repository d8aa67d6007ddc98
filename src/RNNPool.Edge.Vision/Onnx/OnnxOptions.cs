using Microsoft.ML.OnnxRuntime;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Onnx;

/// <summary>How ONNX Runtime runs a model on this machine.</summary>
public sealed class OnnxOptions
{
#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Threads within one operator, the calling one included.", Unit = "threads")]
    [SettingRange(1, 64)]
    public int IntraOpThreads { get; set; } = 1;

    [Setting("Threads for operators that run in parallel.", Unit = "threads")]
    [SettingRange(1, 64)]
    public int InterOpThreads { get; set; } = 1;

    [Setting("Whether idle threads spin before they sleep: lower latency for a busy core.")]
    public bool AllowSpinning { get; set; }

    [Setting("Optimisation of the graph when it is loaded.")]
    public GraphOptimizationLevel GraphOptimization { get; set; } = GraphOptimizationLevel.ORT_ENABLE_ALL;
}
