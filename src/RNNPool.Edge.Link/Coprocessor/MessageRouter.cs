using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>Passes the device's messages to the part that waits for them, and the end of a session to all parts.</summary>
internal sealed class MessageRouter(
    DeviceRequests requests,
    PictureSender pictures,
    ModelUploader uploader,
    DeviceEvents events,
    LinkCounters counters
) : ILinkMessageHandler
{
    public DeviceRequests Requests => requests;

    public DeviceEvents Events => events;

    public LinkCounters Counters => counters;

    public void OnMessage(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        bool valid = header.Type switch
        {
            MessageType.Result => pictures.TryAcceptResult(payload),
            MessageType.UploadState => uploader.TryAcceptState(header.Tag, payload),
            MessageType.Log => events.TryAccept(CoprocessorEventKind.Log, payload),
            MessageType.Fault => events.TryAccept(CoprocessorEventKind.Fault, payload),
            _ => requests.TryAcceptReply(header, payload),
        };
        if (!valid)
            counters.InvalidMessages++;
    }

    /// <summary>Fails everything that waits for the device.</summary>
    /// <param name="reason">Why the session ended.</param>
    /// <param name="wasConnected">Whether the session had been published.</param>
    public void Fail(LinkException reason, bool wasConnected)
    {
        requests.Fail(reason);
        pictures.Fail(reason);
        uploader.Wake();
        if (wasConnected)
            events.Publish(CoprocessorEventKind.Disconnected, 0, reason.Message);
    }
}
