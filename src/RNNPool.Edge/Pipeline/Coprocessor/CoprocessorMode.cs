namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>Which engine looks at frames.</summary>
public enum CoprocessorMode
{
    /// <summary>This machine, always.</summary>
    Host,

    /// <summary>The coprocessor, always; without it there are no detections, and the device is unhealthy.</summary>
    Coprocessor,

    /// <summary>The coprocessor while it is there and holds the device's model, else this machine.</summary>
    Auto,
}

/// <summary>What this machine itself runs.</summary>
public enum HostEngine
{
    /// <summary>The float network in ONNX Runtime.</summary>
    Onnx,

    /// <summary>The quantized package in the reference interpreter: exactly the coprocessor's detections, and slower.</summary>
    Interpreter,
}
