using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Sessions;

/// <summary>
/// The reliable messages of the host: the window of those that are not acknowledged, their retransmission (go back N), and the payload size
/// that the line carries well. Times are in milliseconds.
/// </summary>
internal sealed class Transmitter(LinkSessionOptions options)
{
    private const int SmallestLimit = 64;
    private const int LimitStep = 16;
    private const double NakHoldoff = 4;

    // Longest time for which messages wait because the device announces silence or grants no credit. The time starts again when the device
    // acknowledges a message, and not when it announces more silence.
    private const double LongestBusy = 10_000;

    private readonly TransmitWindow _window = new();
    private readonly RetransmissionTimer _timer = new(
        options.InitialRetransmitTimeout.TotalMilliseconds,
        options.MinRetransmitTimeout.TotalMilliseconds,
        options.MaxRetransmitTimeout.TotalMilliseconds
    );

    private readonly double _progressTimeout = options.ProgressTimeout.TotalMilliseconds;
    private double _lastGoBack;
    private double _lastProgress;
    private double _waitingSince;
    private double _announcedUntil;
    private bool _lossSeen;
    private int _maxPayload = SmallestLimit;

    /// <summary>Payload size that the line carries well at the moment; falls with every loss and rises with every success.</summary>
    public int PayloadLimit { get; private set; } = SmallestLimit;

    /// <summary>Smoothed round trip.</summary>
    public double RoundTrip => _timer.RoundTrip;

    /// <summary>Until when the host waits because the device has announced that it is busy; 0 when it is not.</summary>
    public double BusyUntil => _window.IsEmpty ? _announcedUntil : Math.Min(_announcedUntil, _waitingSince + LongestBusy);

    public bool HasRoom => _window.HasRoom;

    /// <summary>When the window needs attention next; infinite while nothing waits for an acknowledgement.</summary>
    public double NextDeadline =>
        _window.IsEmpty ? double.PositiveInfinity
        : _window.InFlight ? Math.Min(RetransmitAt, StalledAt)
        : StalledAt;

    private double StalledAt => (_window.InFlight ? Math.Max(_lastProgress, BusyUntil) : _waitingSince + LongestBusy) + _progressTimeout;

    private double RetransmitAt => Math.Max(_window.OldestSentAt, Math.Max(_lastGoBack, BusyUntil)) + _timer.Timeout;

    /// <summary>Begins a session with an empty window.</summary>
    public void Begin(DeviceHello hello, double now)
    {
        _maxPayload = Math.Min(hello.MaxPayload, (ushort)LinkProtocol.HostPayload);
        PayloadLimit = _maxPayload;
        _window.Clear();
        _window.Capacity = hello.Window;
        _window.Credit = hello.Window;
        _lastProgress = now;
        _announcedUntil = 0;
    }

    /// <summary>Queues a message; there must be room.</summary>
    public void Queue(MessageType type, byte tag, ReadOnlySpan<byte> payload, double now)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, _maxPayload, nameof(payload));
        if (_window.IsEmpty)
            _waitingSince = now;
        _window.Queue(type, tag, payload);
    }

    /// <summary>Whether a message may be sent now and fits into <paramref name="room"/> bytes.</summary>
    public bool CanSend(double now, int room) =>
        _window.CanSend && now >= BusyUntil && room >= FrameEncoder.MaxEncodedLength(_window.NextLength);

    /// <summary>Returns the next message; true when it is a retransmission.</summary>
    public bool Take(double now, out byte sequence, out MessageType type, out byte tag, out ReadOnlySpan<byte> payload)
    {
        if (!_window.InFlight)
            _lastProgress = now;
        return _window.Take(now, out sequence, out type, out tag, out payload);
    }

    /// <summary>Processes the acknowledgement in the header of any frame of the device.</summary>
    public void ApplyAcknowledgement(in FrameHeader header, double now)
    {
        int count = _window.Acknowledge(header.Acknowledge, out double sentAt);
        if (count < 0)
            return;
        _window.Credit = header.Credit;
        if (count > 0)
        {
            _lastProgress = _waitingSince = now;
            if (_lossSeen)
                _timer.ResetBackoff();
            if (!double.IsNaN(sentAt))
                _timer.Measure(now - sentAt);
            PayloadLimit = Math.Min(PayloadLimit + (LimitStep * count), _maxPayload);
        }

        bool isRejected = (header.Flags & FrameMarks.NotAcknowledged) != 0;
        if (isRejected && _window.InFlight && now - _lastGoBack >= Math.Max(NakHoldoff, _timer.RoundTrip))
        {
            _lossSeen = true;
            GoBack(now);
        }
    }

    /// <summary>Sets for how long the device is busy, from a heartbeat; a frame without that information means 0.</summary>
    public void SetBusy(double milliseconds, double now) =>
        _announcedUntil = milliseconds > 0 ? now + Math.Min(milliseconds, LongestBusy) : 0;

    /// <summary>How long messages have waited without an acknowledgement; null while that is within the limits.</summary>
    public double? StalledFor(double now) => !_window.IsEmpty && now >= StalledAt ? now - _waitingSince : null;

    /// <summary>Sends all unacknowledged messages again when their timeout has passed.</summary>
    public void RetransmitIfDue(double now)
    {
        if (!_window.InFlight || now < RetransmitAt)
            return;
        _timer.BackOff();
        _lossSeen = false;
        GoBack(now);
    }

    private void GoBack(double now)
    {
        _lastGoBack = now;
        _window.GoBack();
        PayloadLimit = Math.Max(PayloadLimit / 2, Math.Min(SmallestLimit, _maxPayload));
    }
}
