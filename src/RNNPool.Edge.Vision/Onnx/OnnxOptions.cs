using Microsoft.ML.OnnxRuntime;

namespace RNNPool.Edge.Vision.Onnx;

/// <summary>How ONNX Runtime runs a model on this machine.</summary>
public sealed class OnnxOptions
{
    /// <summary>Threads within one operator, the calling one included. 1 to 64; default 1, which leaves the other cores to the camera.</summary>
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>Threads for operators side by side. 1 to 64; default 1: the networks here are chains. Over 1 also switches parallel execution on.</summary>
    public int InterOpThreads { get; set; } = 1;

    /// <summary>Whether idle threads spin for some time before they sleep: lower latency for a core kept busy. Default false.</summary>
    public bool AllowSpinning { get; set; }

    /// <summary>How far the graph is optimised when it is loaded. Default ORT_ENABLE_ALL.</summary>
    public GraphOptimizationLevel GraphOptimization { get; set; } = GraphOptimizationLevel.ORT_ENABLE_ALL;
}
