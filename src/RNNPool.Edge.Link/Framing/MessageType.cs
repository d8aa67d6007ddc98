namespace RNNPool.Edge.Link.Framing;

/// <summary>Type of a frame.</summary>
public enum MessageType : byte
{
    /// <summary>Host: begin a session.</summary>
    Reset = 0x01,

    /// <summary>Device: the session has begun, or the device has started.</summary>
    Hello = 0x02,

    /// <summary>Either: acknowledgement only.</summary>
    Acknowledge = 0x03,

    /// <summary>Either: heartbeat.</summary>
    Heartbeat = 0x04,

    /// <summary>Host: the session ends.</summary>
    Close = 0x05,

    /// <summary>Host: request the description of a model slot.</summary>
    SlotQuery = 0x10,

    /// <summary>Host: request the counters.</summary>
    StatsQuery = 0x11,

    /// <summary>Host: a frame follows.</summary>
    FrameBegin = 0x12,

    /// <summary>Host: pixels of the frame.</summary>
    FrameRows = 0x13,

    /// <summary>Host: abandon the frame.</summary>
    FrameAbort = 0x14,

    /// <summary>Host: begin or continue an upload.</summary>
    UploadBegin = 0x18,

    /// <summary>Host: a part of the model.</summary>
    UploadData = 0x19,

    /// <summary>Host: verify the uploaded model.</summary>
    UploadVerify = 0x1A,

    /// <summary>Host: activate the model of a slot.</summary>
    Activate = 0x1B,

    /// <summary>Host: restart.</summary>
    Reboot = 0x1C,

    /// <summary>Device: reply to <see cref="SlotQuery"/>.</summary>
    SlotInfo = 0x90,

    /// <summary>Device: reply to <see cref="StatsQuery"/>.</summary>
    Stats = 0x91,

    /// <summary>Device: progress of an upload.</summary>
    UploadState = 0x98,

    /// <summary>Device: outcome of a request without a reply type.</summary>
    Status = 0x9F,

    /// <summary>Device, event: outcome of a frame.</summary>
    Result = 0xC0,

    /// <summary>Device, event: a line for the log.</summary>
    Log = 0xC1,

    /// <summary>Device, event: fault.</summary>
    Fault = 0xC2,
}
