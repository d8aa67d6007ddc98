using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Sessions;

/// <summary>Receives the events of a session. Calls come one at a time, under the session's lock, and must return quickly.</summary>
internal interface ILinkObserver
{
    /// <summary>The handshake has succeeded.</summary>
    void OnReady(DeviceHello hello);

    /// <summary>A reliable message has arrived; each message arrives once and in order.</summary>
    void OnMessage(in FrameHeader header, ReadOnlySpan<byte> payload);

    /// <summary>The session has ended.</summary>
    void OnClosed(LinkFailure failure, string reason);
}
