using RNNPool.Edge.Link.Framing;

namespace RNNPool.Edge.Link.Sessions;

/// <summary>Counters of the host's side of a link, over all sessions of one client.</summary>
/// <remarks>One thread at a time writes; readers may see slightly older values.</remarks>
public sealed class LinkCounters
{
    /// <summary>Bytes written to the line.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>Bytes read from the line.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>Frames sent.</summary>
    public long FramesSent { get; internal set; }

    /// <summary>Good frames received.</summary>
    public long FramesReceived { get; internal set; }

    /// <summary>Frames with a wrong CRC-32.</summary>
    public long CheckErrors { get; internal set; }

    /// <summary>Frames with damaged byte stuffing.</summary>
    public long StuffingErrors { get; internal set; }

    /// <summary>Frames with a wrong length.</summary>
    public long LengthErrors { get; internal set; }

    /// <summary>Reliable frames received ahead of a lost one.</summary>
    public long SequenceGaps { get; internal set; }

    /// <summary>Reliable frames received repeatedly.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Reliable frames sent again.</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>Frames of another session or version.</summary>
    public long StaleFrames { get; internal set; }

    /// <summary>Messages with invalid content in a correct frame.</summary>
    public long InvalidMessages { get; internal set; }

    /// <summary>Handshakes begun.</summary>
    public long Resets { get; internal set; }

    /// <summary>Sessions that ended because the device was silent or made no progress.</summary>
    public long Timeouts { get; internal set; }

    /// <summary>Damaged frames of all kinds.</summary>
    public long DamagedFrames => CheckErrors + StuffingErrors + LengthErrors;

    internal void CountDamage(FrameEvent damage)
    {
        if (damage == FrameEvent.CheckError)
            CheckErrors++;
        else if (damage == FrameEvent.StuffingError)
            StuffingErrors++;
        else if (damage == FrameEvent.LengthError)
            LengthErrors++;
    }
}
