namespace RNNPool.Edge.Vision.Detectors;

/// <summary>The engine on this machine.</summary>
public enum HostEngine
{
    /// <summary>
    /// <see cref="Simd"/> for a model with a quantized package, <see cref="Onnx"/> for one without, and for soft suppression.
    /// </summary>
    Auto,

    /// <summary>The quantized package with vector instructions: exactly the coprocessor's detections.</summary>
    Simd,

    /// <summary>The float network in ONNX Runtime.</summary>
    Onnx,

    /// <summary>The quantized package in the reference interpreter: exactly the coprocessor's detections, and slower.</summary>
    Interpreter,
}
