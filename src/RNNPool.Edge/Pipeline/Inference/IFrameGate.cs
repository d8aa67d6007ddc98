using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Inference;

/// <summary>Selects the frames of one camera that the detector processes. Called for every frame by one thread.</summary>
internal interface IFrameGate
{
    /// <summary>Processes a frame.</summary>
    /// <param name="frame">The newest frame; it belongs to the caller.</param>
    /// <param name="present">The announced presences. Valid during the call only, because the list is reused.</param>
    /// <returns>Whether the detector should process the frame.</returns>
    bool Admit(Frame frame, IReadOnlyList<Presence> present);
}

/// <summary>Creates the gate of a camera.</summary>
internal interface IFrameGateFactory
{
    /// <summary>Creates a gate, open at first.</summary>
    /// <param name="demand">Receives whether the gate needs the full rate.</param>
    /// <param name="masks">Polygons in which motion does not count; null for those of the settings of the gate.</param>
    IFrameGate Create(FrameDemand demand, IReadOnlyList<string>? masks = null);
}
