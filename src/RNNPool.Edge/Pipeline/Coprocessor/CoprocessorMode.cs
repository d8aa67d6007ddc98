namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>The engine that processes frames.</summary>
public enum CoprocessorMode
{
    /// <summary>This machine, always.</summary>
    Host,

    /// <summary>The coprocessor, always; without it there are no detections, and the device is unhealthy.</summary>
    Coprocessor,

    /// <summary>The coprocessor while it is connected and holds the device's model, otherwise this machine.</summary>
    Auto,
}

/// <summary>The engine on this machine.</summary>
public enum HostEngine
{
    /// <summary>The float network in ONNX Runtime.</summary>
    Onnx,

    /// <summary>The quantized package in the reference interpreter: exactly the coprocessor's detections, and slower.</summary>
    Interpreter,
}
