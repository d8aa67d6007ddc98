namespace RNNPool.Edge.Hardware.Buses;

/// <summary>
/// A part that interprets the bytes of a simulated bus according to its datasheet. Called on the thread that uses the bus.
/// </summary>
public interface ISimulatedPart
{
    /// <summary>Takes the bytes of one write.</summary>
    void Write(ReadOnlySpan<byte> data);

    /// <summary>Fills the bytes of one read.</summary>
    void Read(Span<byte> buffer);
}
