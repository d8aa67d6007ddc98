namespace RNNPool.Edge.Link.Sessions;

/// <summary>State of a session.</summary>
public enum LinkState
{
    /// <summary>Not started.</summary>
    Idle,

    /// <summary>Waits for the device's answer to RESET.</summary>
    Handshake,

    /// <summary>Messages can be sent.</summary>
    Ready,

    /// <summary>Ended.</summary>
    Closed,
}
