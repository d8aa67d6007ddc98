namespace RNNPool.Edge.Pipeline.Engines;

/// <summary>The engine on this machine.</summary>
public enum HostEngine
{
    /// <summary>The float network in ONNX Runtime.</summary>
    Onnx,

    /// <summary>The quantized package in the reference interpreter: exactly the coprocessor's detections, and slower.</summary>
    Interpreter,
}
