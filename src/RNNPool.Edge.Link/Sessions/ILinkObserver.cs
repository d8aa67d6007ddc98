using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Sessions;

/// <summary>Hears what happens in a session. Calls come one at a time, under the session's lock: they must be short.</summary>
internal interface ILinkObserver
{
    /// <summary>The handshake has succeeded.</summary>
    void OnReady(DeviceHello hello);

    /// <summary>A reliable message arrived, in order and once.</summary>
    void OnMessage(in FrameHeader header, ReadOnlySpan<byte> payload);

    /// <summary>The session is over.</summary>
    void OnClosed(LinkFailure failure, string reason);
}
