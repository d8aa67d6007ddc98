using RNNPool.Edge.Link.Framing;

namespace RNNPool.Edge.Link.Sessions;

/// <summary>Reliable messages that are queued or wait for their acknowledgement (go-back-N).</summary>
internal sealed class TransmitWindow
{
    private readonly Slot[] _slots = new Slot[LinkProtocol.MaxWindow];
    private byte _base;
    private byte _cursor;
    private byte _sent;
    private byte _next;

    public TransmitWindow()
    {
        for (int i = 0; i < _slots.Length; i++)
            _slots[i].Payload = new byte[LinkProtocol.HostPayload];
    }

    /// <summary>Maximum number of messages in the window.</summary>
    public int Capacity { get; set; } = 1;

    /// <summary>Number of messages that the device accepts, counted from the oldest unacknowledged one.</summary>
    public int Credit { get; set; } = 1;

    /// <summary>Whether another message can be queued.</summary>
    public bool HasRoom => (byte)(_next - _base) < Capacity;

    /// <summary>Whether every message has been acknowledged.</summary>
    public bool IsEmpty => _next == _base;

    /// <summary>Whether a message has been sent and not acknowledged.</summary>
    public bool InFlight => _sent != _base;

    /// <summary>Whether the next message may be sent.</summary>
    public bool CanSend => _cursor != _next && (byte)(_cursor - _base) < Math.Min(Capacity, Credit);

    /// <summary>When the oldest unacknowledged message was last sent.</summary>
    public double OldestSentAt => _slots[_base % _slots.Length].SentAt;

    /// <summary>Empties the window.</summary>
    public void Clear()
    {
        _base = 0;
        _cursor = 0;
        _sent = 0;
        _next = 0;
        Capacity = 1;
        Credit = 1;
    }

    /// <summary>Queues a message; there must be room.</summary>
    public void Queue(MessageType type, byte tag, ReadOnlySpan<byte> payload)
    {
        ref Slot slot = ref _slots[_next % _slots.Length];
        slot.Type = type;
        slot.Tag = tag;
        slot.Length = payload.Length;
        slot.Sends = 0;
        payload.CopyTo(slot.Payload);
        _next++;
    }

    /// <summary>Returns the message to send next; true when it has been sent before.</summary>
    public bool Take(double now, out byte sequence, out MessageType type, out byte tag, out ReadOnlySpan<byte> payload)
    {
        sequence = _cursor;
        ref Slot slot = ref _slots[_cursor % _slots.Length];
        (type, tag) = (slot.Type, slot.Tag);
        payload = slot.Payload.AsSpan(0, slot.Length);
        slot.SentAt = now;
        slot.Sends++;
        _cursor++;
        if ((byte)(_cursor - _base) > (byte)(_sent - _base))
            _sent = _cursor;
        return slot.Sends > 1;
    }

    /// <summary>Length of the payload of the message to send next.</summary>
    public int NextLength => _slots[_cursor % _slots.Length].Length;

    /// <summary>
    /// Processes an acknowledgement; returns the number of messages that it covers, or -1 when it covers messages that were never sent.
    /// </summary>
    /// <param name="acknowledge">Next sequence number that the device expects.</param>
    /// <param name="sentAt">When the newest of them was sent; NaN when it was sent more than once.</param>
    public int Acknowledge(byte acknowledge, out double sentAt)
    {
        sentAt = double.NaN;
        byte count = (byte)(acknowledge - _base);
        if (count > (byte)(_sent - _base))
            return -1;
        if (count == 0)
            return 0;
        ref Slot newest = ref _slots[(byte)(acknowledge - 1) % _slots.Length];
        if (newest.Sends == 1)
            sentAt = newest.SentAt;
        if ((byte)(_cursor - _base) < count)
            _cursor = acknowledge;
        _base = acknowledge;
        return count;
    }

    /// <summary>Rewinds to the oldest unacknowledged message.</summary>
    public void GoBack() => _cursor = _base;

    private struct Slot
    {
        public byte[] Payload;
        public int Length;
        public int Sends;
        public double SentAt;
        public MessageType Type;
        public byte Tag;
    }
}
