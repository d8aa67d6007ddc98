namespace RNNPool.Edge.Link.Sessions;

/// <summary>Why a session ended.</summary>
public enum LinkFailure
{
    /// <summary>The host closed it.</summary>
    Closed,

    /// <summary>The port or socket was closed or failed.</summary>
    TransportLost,

    /// <summary>The device sent no HELLO during the handshake.</summary>
    NoAnswer,

    /// <summary>The two sides have no common version of the protocol.</summary>
    VersionMismatch,

    /// <summary>The device sent nothing for too long.</summary>
    Silent,

    /// <summary>The device sends heartbeats but acknowledges no messages.</summary>
    Stalled,

    /// <summary>The device has restarted, or has another session.</summary>
    DeviceRestarted,

    /// <summary>The device answered the handshake with invalid values.</summary>
    InvalidHello,

    /// <summary>An unexpected exception of the transport or of this program, which is the inner exception.</summary>
    Fault,
}

/// <summary>The link to a device cannot be used.</summary>
public sealed class LinkException : IOException
{
    /// <summary>Creates an exception.</summary>
    public LinkException(LinkFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>The reason.</summary>
    public LinkFailure Failure { get; }
}
