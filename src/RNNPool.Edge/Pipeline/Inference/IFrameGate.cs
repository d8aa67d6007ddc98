using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>Decides whether a frame is worth an inference. Called for every frame by one thread.</summary>
public interface IFrameGate
{
    /// <summary>Whether the detector should look at the frame.</summary>
    /// <param name="frame">The newest frame; it belongs to the caller.</param>
    /// <param name="present">What is there now. Valid during the call only: the list is used again.</param>
    bool ShouldDetect(Frame frame, IReadOnlyList<Presence> present);
}
