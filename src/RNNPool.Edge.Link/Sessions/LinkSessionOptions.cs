namespace RNNPool.Edge.Link.Sessions;

/// <summary>Times of a session. The defaults suit lines of 115,200 bits per second and faster.</summary>
public sealed class LinkSessionOptions
{
    /// <summary>Time between two RESET messages during the handshake. Default 250 ms.</summary>
    public TimeSpan ResetInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Time in which the device must answer the handshake. Default 2 s.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Time without another frame after which a heartbeat is sent. Default 400 ms.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// Time without a frame after which the device is considered lost. Default 1.8 s; at least twice the heartbeat interval.
    /// </summary>
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromMilliseconds(1800);

    /// <summary>
    /// Time without an acknowledgement after which the device is considered stuck, with or without heartbeats. Default 5 s.
    /// </summary>
    public TimeSpan ProgressTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Timeout of an acknowledgement before the round trip has been measured. Default 1 s.</summary>
    public TimeSpan InitialRetransmitTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Minimum timeout of an acknowledgement. Default 100 ms.</summary>
    public TimeSpan MinRetransmitTimeout { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Maximum timeout of an acknowledgement. Default 1.5 s.</summary>
    public TimeSpan MaxRetransmitTimeout { get; set; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>Returns an error that names the option, or null.</summary>
    public string? Validate()
    {
        if (ResetInterval <= TimeSpan.Zero)
            return $"ResetInterval is {ResetInterval}; it must be longer than 0.";
        if (HandshakeTimeout < ResetInterval)
            return $"HandshakeTimeout is {HandshakeTimeout}; it must be at least ResetInterval ({ResetInterval}).";
        if (HeartbeatInterval <= TimeSpan.Zero)
            return $"HeartbeatInterval is {HeartbeatInterval}; it must be longer than 0.";
        if (SilenceTimeout < 2 * HeartbeatInterval)
            return $"SilenceTimeout is {SilenceTimeout}; it must be at least twice HeartbeatInterval ({HeartbeatInterval}).";
        if (MinRetransmitTimeout <= TimeSpan.Zero)
            return $"MinRetransmitTimeout is {MinRetransmitTimeout}; it must be longer than 0.";
        if (MaxRetransmitTimeout < MinRetransmitTimeout)
            return $"MaxRetransmitTimeout is {MaxRetransmitTimeout}; it must be at least MinRetransmitTimeout ({MinRetransmitTimeout}).";
        if (InitialRetransmitTimeout < MinRetransmitTimeout || InitialRetransmitTimeout > MaxRetransmitTimeout)
            return $"InitialRetransmitTimeout is {InitialRetransmitTimeout}; "
                + "it must be between MinRetransmitTimeout and MaxRetransmitTimeout.";
        return ProgressTimeout < MaxRetransmitTimeout
            ? $"ProgressTimeout is {ProgressTimeout}; it must be at least MaxRetransmitTimeout ({MaxRetransmitTimeout})."
            : null;
    }
}
