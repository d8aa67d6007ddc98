using RNNPool.Edge.Link.Framing;

namespace RNNPool.Edge.Link.Sessions;

/// <summary>
/// Receives the reliable messages of a session. Calls come one at a time, under the session's lock, and must return quickly.
/// </summary>
public interface ILinkMessageHandler
{
    /// <summary>A message has arrived; each message arrives once and in order.</summary>
    /// <param name="header">Header of its frame.</param>
    /// <param name="payload">Its payload; valid during the call only.</param>
    void OnMessage(in FrameHeader header, ReadOnlySpan<byte> payload);
}
