using System.Buffers.Binary;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Sessions;

/// <summary>
/// The host's side of the protocol without I/O: its input are bytes and times, its output are bytes to send and callbacks. Times are
/// milliseconds on any clock that does not go back. Not thread-safe. docs/protocol.md describes the protocol.
/// </summary>
internal sealed class LinkStateMachine
{
    private const byte HostCredit = LinkProtocol.MaxWindow;

    private readonly ILinkObserver _observer;
    private readonly FrameDecoder _decoder = new(LinkProtocol.HostPayload);
    private readonly Handshake _handshake;
    private readonly Transmitter _transmitter;
    private readonly Receiver _receiver;
    private readonly double _heartbeatInterval;
    private readonly double _silenceTimeout;
    private readonly uint _nonce;

    private double _lastReceived;
    private double _lastSent;
    private bool _closeDue;

    public LinkStateMachine(uint nonce, LinkSessionOptions options, LinkCounters counters, ILinkObserver observer)
    {
        if ((nonce & 0xFF) == 0)
            throw new ArgumentException("The low byte of the nonce must not be 0.", nameof(nonce));
        _nonce = nonce;
        _observer = observer;
        Counters = counters;
        _handshake = new Handshake(nonce, options, counters);
        _transmitter = new Transmitter(options);
        _receiver = new Receiver(counters);
        _heartbeatInterval = options.HeartbeatInterval.TotalMilliseconds;
        _silenceTimeout = options.SilenceTimeout.TotalMilliseconds;
    }

    public LinkState State { get; private set; }

    public LinkCounters Counters { get; }

    /// <inheritdoc cref="Transmitter.PayloadLimit"/>
    public int PayloadLimit => _transmitter.PayloadLimit;

    /// <summary>Smoothed round trip in milliseconds.</summary>
    public double RoundTrip => _transmitter.RoundTrip;

    /// <summary>Whether a message can be queued now.</summary>
    public bool HasRoom => State == LinkState.Ready && _transmitter.HasRoom;

    private double SilentAt => Math.Max(_lastReceived, _transmitter.BusyUntil) + _silenceTimeout;

    public void Start(double now)
    {
        State = LinkState.Handshake;
        _lastReceived = _lastSent = now;
        _handshake.Start(now);
    }

    /// <summary>Ends the session. The device gets a CLOSE when the host closes a session that works.</summary>
    public void Close(LinkFailure failure, string reason)
    {
        if (State == LinkState.Closed)
            return;
        _closeDue = State == LinkState.Ready && failure == LinkFailure.Closed;
        State = LinkState.Closed;
        if (failure is LinkFailure.Silent or LinkFailure.Stalled or LinkFailure.NoAnswer)
            Counters.Timeouts++;
        _observer.OnClosed(failure, reason);
    }

    /// <summary>Queues a reliable message; returns false while the window is full.</summary>
    public bool TrySend(MessageType type, byte tag, ReadOnlySpan<byte> payload, double now)
    {
        if (!HasRoom)
            return false;
        _transmitter.Queue(type, tag, payload, now);
        return true;
    }

    public void Receive(ReadOnlySpan<byte> bytes, double now)
    {
        Counters.BytesReceived += bytes.Length;
        while (!bytes.IsEmpty && State is (LinkState.Handshake or LinkState.Ready))
        {
            FrameEvent found = _decoder.Push(ref bytes);
            if (found == FrameEvent.None)
                return;
            if (found == FrameEvent.Frame)
            {
                OnFrame(_decoder.Header, _decoder.Payload, now);
            }
            else
            {
                Counters.CountDamage(found);
                _receiver.RequestRetransmission();
            }
        }
    }

    /// <summary>Processes the timeouts and retransmissions that are due.</summary>
    public void Poll(double now)
    {
        if (State == LinkState.Handshake)
        {
            if (!_handshake.Poll(now))
                Close(LinkFailure.NoAnswer, _handshake.NoAnswerReason());
        }
        else if (State == LinkState.Ready)
        {
            if (now >= SilentAt)
                Close(LinkFailure.Silent, $"The device has been silent for {now - _lastReceived:F0} ms.");
            else if (_transmitter.StalledFor(now) is double stalled)
                Close(LinkFailure.Stalled, $"The device has acknowledged nothing for {stalled:F0} ms.");
            else
                _transmitter.RetransmitIfDue(now);
        }
    }

    /// <summary>When <see cref="Poll"/> or <see cref="Produce"/> must be called next at the latest.</summary>
    public double NextDeadline() =>
        State switch
        {
            LinkState.Handshake => _handshake.NextDeadline,
            LinkState.Ready => Math.Min(Math.Min(_lastSent + _heartbeatInterval, SilentAt), _transmitter.NextDeadline),
            _ => double.PositiveInfinity,
        };

    /// <summary>Writes the frames that are due to <paramref name="output"/>, as many as fit, and returns the number of bytes.</summary>
    public int Produce(Span<byte> output, double now)
    {
        int length = 0;
        if (State == LinkState.Handshake && _handshake.IsResetDue)
            length = ProduceReset(output, now);
        if (State == LinkState.Ready)
        {
            while (_transmitter.CanSend(now, output.Length - length))
            {
                if (_transmitter.Take(now, out byte sequence, out MessageType type, out byte tag, out ReadOnlySpan<byte> payload))
                    Counters.Retransmissions++;
                length += Emit(output[length..], type, FrameMarks.Reliable, sequence, tag, payload, now);
            }

            if (output.Length - length < FrameEncoder.MaxEncodedLength(0))
                return length;
            if (_receiver.IsAcknowledgeDue || _receiver.IsNakDue)
                length += EmitEmpty(output[length..], MessageType.Acknowledge, now);
            else if (now - _lastSent >= _heartbeatInterval)
                length += EmitEmpty(output[length..], MessageType.Heartbeat, now);
        }

        if (!_closeDue || output.Length - length < FrameEncoder.MaxEncodedLength(0))
            return length;
        _closeDue = false;
        return length + EmitEmpty(output[length..], MessageType.Close, now);
    }

    private int ProduceReset(Span<byte> output, double now)
    {
        Span<byte> payload = stackalloc byte[ResetMessage.Size];
        _handshake.WriteReset(payload, now);
        output[0] = 0; // a delimiter, which ends noise that the line has carried
        Counters.BytesSent++;
        return 1 + Emit(output[1..], MessageType.Reset, FrameMarks.None, 0, 0, payload, now);
    }

    private int EmitEmpty(Span<byte> output, MessageType type, double now) => Emit(output, type, FrameMarks.None, 0, 0, default, now);

    private int Emit(Span<byte> output, MessageType type, FrameMarks flags, byte sequence, byte tag, ReadOnlySpan<byte> payload, double now)
    {
        if (_receiver.IsNakDue && State == LinkState.Ready)
            flags |= FrameMarks.NotAcknowledged;
        byte session = (byte)_nonce;
        ushort size = (ushort)payload.Length;
        var header = new FrameHeader(LinkProtocol.VersionMax, type, flags, session, sequence, _receiver.Expected, HostCredit, tag, size);
        _receiver.OnFrameSent();
        _lastSent = now;
        int length = FrameEncoder.Encode(header, payload, output);
        Counters.FramesSent++;
        Counters.BytesSent += length;
        return length;
    }

    private void OnFrame(in FrameHeader header, ReadOnlySpan<byte> payload, double now)
    {
        Counters.FramesReceived++;
        if (header.Type == MessageType.Hello)
        {
            OnHello(payload, now);
            return;
        }

        if (State != LinkState.Ready || header.Version != LinkProtocol.VersionMax || header.Session != (byte)_nonce)
        {
            Counters.StaleFrames++;
            return;
        }

        _lastReceived = now;
        _transmitter.SetBusy(0, now);
        _transmitter.ApplyAcknowledgement(header, now);
        if ((header.Flags & FrameMarks.Reliable) != 0)
        {
            if (_receiver.Accept(header.Sequence))
                _observer.OnMessage(header, payload);
        }
        else if (header.Type == MessageType.Heartbeat && payload.Length >= 6)
        {
            _transmitter.SetBusy(BinaryPrimitives.ReadUInt16LittleEndian(payload[4..]), now);
        }
    }

    private void OnHello(ReadOnlySpan<byte> payload, double now)
    {
        if (DeviceHello.Read(payload) is not { } hello)
        {
            Counters.InvalidMessages++;
        }
        else if (State == LinkState.Ready)
        {
            if (hello.Nonce == _nonce)
                _lastReceived = now;
            else
                Close(LinkFailure.DeviceRestarted, $"The device has restarted ({hello.BootReason}).");
        }
        else if (hello.Nonce != _nonce)
        {
            _handshake.RequestReset(); // the device has just started and has not seen this session's RESET
        }
        else if (Handshake.Reject(hello) is { } rejection)
        {
            if (rejection.Failure == LinkFailure.InvalidHello)
                Counters.InvalidMessages++;
            Close(rejection.Failure, rejection.Reason);
        }
        else
        {
            Begin(hello, now);
        }
    }

    private void Begin(DeviceHello hello, double now)
    {
        _transmitter.Begin(hello, now);
        _receiver.Begin();
        _lastReceived = now;
        State = LinkState.Ready;
        _observer.OnReady(hello);
    }
}
