using System.Buffers.Binary;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Sessions;

/// <summary>Where a session stands.</summary>
public enum LinkState
{
    /// <summary>Not begun.</summary>
    Idle,

    /// <summary>Waits for the device's answer to RESET.</summary>
    Handshake,

    /// <summary>Messages flow.</summary>
    Ready,

    /// <summary>Over.</summary>
    Closed,
}

/// <summary>
/// The host's side of the protocol without any input or output: bytes and times go in, bytes to send and callbacks come out.
/// Times are milliseconds on any clock that does not go back. Not thread-safe.
/// </summary>
internal sealed class LinkStateMachine
{
    private const int SmallestLimit = 64;
    private const int LimitStep = 16;
    private const double NakHoldoff = 4;
    private const double LongestBusy = 10_000;
    private const byte HostCredit = LinkProtocol.MaxWindow;

    private readonly ILinkObserver _observer;
    private readonly FrameDecoder _decoder = new(LinkProtocol.HostPayload);
    private readonly TransmitWindow _window = new();
    private readonly RetransmissionTimer _timer;
    private readonly double _resetInterval;
    private readonly double _handshakeTimeout;
    private readonly double _heartbeatInterval;
    private readonly double _silenceTimeout;
    private readonly double _progressTimeout;
    private readonly uint _nonce;

    private long _bytesBefore;
    private double _startedAt;
    private double _lastReceived;
    private double _lastSent;
    private double _lastReset;
    private double _lastGoBack;
    private double _lastProgress;
    private double _busyUntil;
    private byte _expected;
    private bool _resetDue;
    private bool _acknowledgeDue;
    private bool _nakDue;
    private bool _closeDue;
    private bool _lossSeen;
    private int _maxPayload = SmallestLimit;

    public LinkStateMachine(uint nonce, LinkSessionOptions options, LinkCounters counters, ILinkObserver observer)
    {
        if ((nonce & 0xFF) == 0)
            throw new ArgumentException("The low byte of the nonce must not be 0.", nameof(nonce));
        (_nonce, _observer, Counters) = (nonce, observer, counters);
        _timer = new RetransmissionTimer(
            options.InitialRetransmitTimeout.TotalMilliseconds,
            options.MinRetransmitTimeout.TotalMilliseconds,
            options.MaxRetransmitTimeout.TotalMilliseconds
        );
        _resetInterval = options.ResetInterval.TotalMilliseconds;
        _handshakeTimeout = options.HandshakeTimeout.TotalMilliseconds;
        _heartbeatInterval = options.HeartbeatInterval.TotalMilliseconds;
        _silenceTimeout = options.SilenceTimeout.TotalMilliseconds;
        _progressTimeout = options.ProgressTimeout.TotalMilliseconds;
    }

    public LinkState State { get; private set; }

    public LinkCounters Counters { get; }

    /// <summary>Payload size that the line carries well at the moment; falls with every loss and rises with every success.</summary>
    public int PayloadLimit { get; private set; } = SmallestLimit;

    /// <summary>Smoothed round trip in milliseconds.</summary>
    public double RoundTrip => _timer.RoundTrip;

    /// <summary>Whether a message can be queued now.</summary>
    public bool HasRoom => State == LinkState.Ready && _window.HasRoom;

    public void Start(double now)
    {
        State = LinkState.Handshake;
        _bytesBefore = Counters.BytesReceived;
        _startedAt = _lastReceived = _lastSent = now;
        _resetDue = true;
        Counters.Resets++;
    }

    /// <summary>Ends the session; the device is told if there is still time for it.</summary>
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

    /// <summary>Queues a reliable message. False: no room now.</summary>
    public bool TrySend(MessageType type, byte tag, ReadOnlySpan<byte> payload)
    {
        if (!HasRoom)
            return false;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, _maxPayload, nameof(payload));
        _window.Queue(type, tag, payload);
        return true;
    }

    public void Receive(ReadOnlySpan<byte> bytes, double now)
    {
        Counters.BytesReceived += bytes.Length;
        while (!bytes.IsEmpty && State is (LinkState.Handshake or LinkState.Ready))
        {
            switch (_decoder.Push(ref bytes))
            {
                case FrameEvent.None:
                    return;
                case FrameEvent.Frame:
                    OnFrame(_decoder.Header, _decoder.Payload, now);
                    break;
                case FrameEvent.CheckError:
                    Counters.CheckErrors++;
                    _nakDue = true;
                    break;
                case FrameEvent.StuffingError:
                    Counters.StuffingErrors++;
                    _nakDue = true;
                    break;
                case FrameEvent.LengthError:
                    Counters.LengthErrors++;
                    _nakDue = true;
                    break;
            }
        }
    }

    /// <summary>Does what has become due with time.</summary>
    public void Poll(double now)
    {
        if (State == LinkState.Handshake)
        {
            if (now - _startedAt >= _handshakeTimeout)
                Close(LinkFailure.NoAnswer, NoAnswerReason());
            else if (now - _lastReset >= _resetInterval)
                _resetDue = true;
        }
        else if (State == LinkState.Ready)
        {
            double alive = Math.Max(_lastReceived, _busyUntil);
            if (now - alive >= _silenceTimeout)
                Close(LinkFailure.Silent, $"The device has been silent for {now - _lastReceived:F0} ms.");
            else if (_window.InFlight && now - Math.Max(_lastProgress, _busyUntil) >= _progressTimeout)
                Close(LinkFailure.Stalled, $"The device has acknowledged nothing for {now - _lastProgress:F0} ms.");
            else if (_window.InFlight && now >= RetransmitAt())
            {
                _timer.Back();
                _lossSeen = false;
                GoBack(now);
            }
        }
    }

    /// <summary>When <see cref="Poll"/> or <see cref="Produce"/> must be called next at the latest.</summary>
    public double NextDeadline()
    {
        switch (State)
        {
            case LinkState.Handshake:
                return Math.Min(_lastReset + _resetInterval, _startedAt + _handshakeTimeout);
            case LinkState.Ready:
                double deadline = Math.Min(_lastSent + _heartbeatInterval, Math.Max(_lastReceived, _busyUntil) + _silenceTimeout);
                return _window.InFlight
                    ? Math.Min(deadline, Math.Min(RetransmitAt(), Math.Max(_lastProgress, _busyUntil) + _progressTimeout))
                    : deadline;
            default:
                return double.PositiveInfinity;
        }
    }

    /// <summary>Writes the frames that are due to <paramref name="output"/>, as many as fit, and returns the number of bytes.</summary>
    public int Produce(Span<byte> output, double now)
    {
        int length = 0;
        if (_resetDue && State == LinkState.Handshake)
            length = ProduceReset(output, now);
        if (State == LinkState.Ready)
        {
            while (_window.CanSend && now >= _busyUntil && output.Length - length >= FrameEncoder.MaxEncodedLength(_window.NextLength))
            {
                if (!_window.InFlight)
                    _lastProgress = now;
                if (_window.Take(now, out byte sequence, out MessageType type, out byte tag, out ReadOnlySpan<byte> payload))
                    Counters.Retransmissions++;
                length += Emit(output[length..], type, FrameMarks.Reliable, sequence, tag, payload, now);
            }

            if (output.Length - length < FrameEncoder.MaxEncodedLength(0))
                return length;
            if (_acknowledgeDue || _nakDue)
                length += Emit(output[length..], MessageType.Acknowledge, FrameMarks.None, 0, 0, default, now);
            else if (now - _lastSent >= _heartbeatInterval)
                length += Emit(output[length..], MessageType.Heartbeat, FrameMarks.None, 0, 0, default, now);
        }

        if (!_closeDue || output.Length - length < FrameEncoder.MaxEncodedLength(0))
            return length;
        _closeDue = false;
        return length + Emit(output[length..], MessageType.Close, FrameMarks.None, 0, 0, default, now);
    }

    private double RetransmitAt() => Math.Max(_window.OldestSentAt, Math.Max(_lastGoBack, _busyUntil)) + _timer.Timeout;

    private int ProduceReset(Span<byte> output, double now)
    {
        Span<byte> payload = stackalloc byte[ResetMessage.Size];
        new ResetMessage(_nonce, LinkProtocol.VersionMin, LinkProtocol.VersionMax, LinkProtocol.HostPayload).Write(payload);
        output[0] = 0; // ends whatever noise the line has carried so far
        _resetDue = false;
        _lastReset = now;
        Counters.BytesSent++;
        return 1 + Emit(output[1..], MessageType.Reset, FrameMarks.None, 0, 0, payload, now);
    }

    private int Emit(Span<byte> output, MessageType type, FrameMarks flags, byte sequence, byte tag, ReadOnlySpan<byte> payload, double now)
    {
        if (_nakDue && State == LinkState.Ready)
            flags |= FrameMarks.NotAcknowledged;
        var header = new FrameHeader(
            LinkProtocol.VersionMax,
            type,
            flags,
            (byte)_nonce,
            sequence,
            _expected,
            HostCredit,
            tag,
            (ushort)payload.Length
        );
        _acknowledgeDue = _nakDue = false;
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
        _busyUntil = 0;
        TakeAcknowledge(header, now);
        if ((header.Flags & FrameMarks.Reliable) != 0)
            OnReliable(header, payload);
        else if (header.Type == MessageType.Heartbeat && payload.Length >= 6)
            _busyUntil = BusyUntil(payload, now);
    }

    private static double BusyUntil(ReadOnlySpan<byte> payload, double now)
    {
        int busy = BinaryPrimitives.ReadUInt16LittleEndian(payload[4..]);
        return busy > 0 ? now + Math.Min(busy, LongestBusy) : 0;
    }

    private void OnHello(ReadOnlySpan<byte> payload, double now)
    {
        DeviceHello? hello = DeviceHello.Read(payload);
        if (hello is null)
        {
            Counters.InvalidMessages++;
        }
        else if (State == LinkState.Ready)
        {
            if (hello.Nonce != _nonce)
                Close(LinkFailure.DeviceRestarted, $"The device has started anew ({hello.BootReason}).");
            else
                _lastReceived = now;
        }
        else if (hello.Nonce != _nonce)
        {
            _resetDue = true; // it has just started: no need to wait for the next interval
        }
        else if (hello.Version is < LinkProtocol.VersionMin or > LinkProtocol.VersionMax)
        {
            Close(
                LinkFailure.VersionMismatch,
                $"The device speaks versions {hello.VersionMin} to {hello.VersionMax} of the protocol, this program {LinkProtocol.VersionMin} to {LinkProtocol.VersionMax}."
            );
        }
        else if (InvalidField(hello) is string field)
        {
            Counters.InvalidMessages++;
            Close(LinkFailure.InvalidHello, $"The device's greeting has an impossible {field}.");
        }
        else
        {
            Begin(hello, now);
        }
    }

    private static string? InvalidField(DeviceHello hello)
    {
        if (hello.MaxPayload < LinkProtocol.MinDevicePayload)
            return $"payload size of {hello.MaxPayload} bytes";
        if (hello.Window is 0 or > LinkProtocol.MaxWindow)
            return $"window of {hello.Window} frames";
        if (hello.SlotCount >= SlotInfo.BuiltIn)
            return $"number of slots ({hello.SlotCount})";
        return hello.MaxWidth == 0 ? "picture width of 0" : null;
    }

    private void Begin(DeviceHello hello, double now)
    {
        _maxPayload = Math.Min(hello.MaxPayload, (ushort)LinkProtocol.HostPayload);
        PayloadLimit = _maxPayload;
        _window.Clear();
        _window.Capacity = hello.Window;
        _window.Credit = hello.Window;
        _expected = 0;
        _lastReceived = _lastProgress = now;
        _acknowledgeDue = true;
        State = LinkState.Ready;
        _observer.OnReady(hello);
    }

    private void TakeAcknowledge(in FrameHeader header, double now)
    {
        int count = _window.Acknowledge(header.Acknowledge, out double sentAt);
        if (count < 0)
            return;
        _window.Credit = header.Credit;
        if (count > 0)
        {
            _lastProgress = now;
            if (_lossSeen)
                _timer.Relax();
            if (!double.IsNaN(sentAt))
                _timer.Measure(now - sentAt);
            PayloadLimit = Math.Min(PayloadLimit + (LimitStep * count), _maxPayload);
        }

        if (
            (header.Flags & FrameMarks.NotAcknowledged) != 0
            && _window.InFlight
            && now - _lastGoBack >= Math.Max(NakHoldoff, _timer.RoundTrip)
        )
        {
            _lossSeen = true;
            GoBack(now);
        }
    }

    private void GoBack(double now)
    {
        _lastGoBack = now;
        _window.GoBack();
        PayloadLimit = Math.Max(PayloadLimit / 2, Math.Min(SmallestLimit, _maxPayload));
    }

    private void OnReliable(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        byte ahead = (byte)(header.Sequence - _expected);
        if (ahead == 0)
        {
            _expected++;
            _acknowledgeDue = true;
            _observer.OnMessage(header, payload);
        }
        else if (ahead < 0x80)
        {
            Counters.SequenceGaps++;
            _nakDue = true;
        }
        else
        {
            Counters.Duplicates++;
            _acknowledgeDue = true;
        }
    }

    private string NoAnswerReason() =>
        Counters.BytesReceived == _bytesBefore
            ? $"Nothing came from the device in {_handshakeTimeout:F0} ms."
            : $"What came from the device in {_handshakeTimeout:F0} ms was no greeting of this protocol; is something else at the other end, or the baud rate wrong?";
}
