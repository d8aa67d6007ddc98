namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The rate that the consumers of frames need now. The gate sets it and the capture reads it. Thread-safe.</summary>
public sealed class FrameDemand
{
    private volatile bool _idle;

    /// <summary>Whether the idle rate is sufficient, because nothing moves and nothing is present.</summary>
    public bool Idle
    {
        get => _idle;
        set => _idle = value;
    }
}
