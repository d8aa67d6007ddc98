using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Sessions;

/// <summary>
/// The handshake of a session on the host's side: RESET is repeated until the device answers with HELLO. Times are in milliseconds.
/// </summary>
internal sealed class Handshake(uint nonce, LinkSessionOptions options, LinkCounters counters)
{
    private readonly double _interval = options.ResetInterval.TotalMilliseconds;
    private readonly double _timeout = options.HandshakeTimeout.TotalMilliseconds;
    private long _bytesBefore;
    private double _startedAt;
    private double _lastReset;

    /// <summary>Whether a RESET must be sent now.</summary>
    public bool IsResetDue { get; private set; }

    /// <summary>When <see cref="Poll"/> must be called next at the latest.</summary>
    public double NextDeadline => Math.Min(_lastReset + _interval, _startedAt + _timeout);

    public void Start(double now)
    {
        _bytesBefore = counters.BytesReceived;
        _startedAt = now;
        IsResetDue = true;
        counters.Resets++;
    }

    /// <summary>Sends RESET without waiting for the next interval.</summary>
    public void RequestReset() => IsResetDue = true;

    /// <summary>Processes the timeouts that are due; returns false when the device has not answered in time.</summary>
    public bool Poll(double now)
    {
        if (now - _startedAt >= _timeout)
            return false;
        if (now - _lastReset >= _interval)
            IsResetDue = true;
        return true;
    }

    /// <summary>Writes the payload of a RESET that is sent now.</summary>
    public void WriteReset(Span<byte> payload, double now)
    {
        new ResetMessage(nonce, LinkProtocol.VersionMin, LinkProtocol.VersionMax, LinkProtocol.HostPayload).Write(payload);
        IsResetDue = false;
        _lastReset = now;
    }

    /// <summary>Why the device has not answered, as a sentence.</summary>
    public string NoAnswerReason() =>
        counters.BytesReceived == _bytesBefore
            ? $"The device sent nothing within {_timeout:F0} ms."
            : $"The device sent no HELLO of this protocol within {_timeout:F0} ms; check the baud rate and which device is connected.";

    /// <summary>Why a HELLO with the right nonce cannot begin a session; null when it can.</summary>
    public static (LinkFailure Failure, string Reason)? Reject(DeviceHello hello)
    {
        if (hello.Version is < LinkProtocol.VersionMin or > LinkProtocol.VersionMax)
            return (
                LinkFailure.VersionMismatch,
                $"The device supports versions {hello.VersionMin} to {hello.VersionMax} of the protocol, "
                    + $"this program {LinkProtocol.VersionMin} to {LinkProtocol.VersionMax}."
            );
        return InvalidField(hello) is string field ? (LinkFailure.InvalidHello, $"The device's HELLO has an invalid {field}.") : null;
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
}
