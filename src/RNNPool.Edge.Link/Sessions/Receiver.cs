namespace RNNPool.Edge.Link.Sessions;

/// <summary>The order of the device's reliable messages, and which acknowledgement is due.</summary>
internal sealed class Receiver(LinkCounters counters)
{
    /// <summary>Next sequence number that the host expects.</summary>
    public byte Expected { get; private set; }

    /// <summary>Whether an acknowledgement must be sent.</summary>
    public bool IsAcknowledgeDue { get; private set; }

    /// <summary>Whether a retransmission must be requested, starting with <see cref="Expected"/>.</summary>
    public bool IsNakDue { get; private set; }

    /// <summary>Begins a session; the device's HELLO is acknowledged.</summary>
    public void Begin()
    {
        Expected = 0;
        IsAcknowledgeDue = true;
    }

    /// <summary>Requests a retransmission, because a frame was damaged or is missing.</summary>
    public void RequestRetransmission() => IsNakDue = true;

    /// <summary>Clears the due acknowledgements, because every frame of the host carries one in its header.</summary>
    public void OnFrameSent() => IsAcknowledgeDue = IsNakDue = false;

    /// <summary>Processes a reliable frame; returns whether it is the expected one, whose message must be delivered.</summary>
    public bool Accept(byte sequence)
    {
        byte ahead = (byte)(sequence - Expected);
        if (ahead == 0)
        {
            Expected++;
            IsAcknowledgeDue = true;
            return true;
        }

        if (ahead < 0x80)
        {
            counters.SequenceGaps++;
            IsNakDue = true;
        }
        else
        {
            counters.Duplicates++;
            IsAcknowledgeDue = true;
        }

        return false;
    }
}
