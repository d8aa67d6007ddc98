namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>How many frames are wanted at the moment; whoever looks at frames says so, and the capture listens. Thread-safe.</summary>
public sealed class FrameDemand
{
    private volatile bool _idle;

    /// <summary>Whether nothing is going on, so that the idle rate is enough.</summary>
    public bool Idle
    {
        get => _idle;
        set => _idle = value;
    }
}
