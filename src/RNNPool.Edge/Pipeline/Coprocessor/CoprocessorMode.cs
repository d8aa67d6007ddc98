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
