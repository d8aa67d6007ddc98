namespace RNNPool.Edge.Web.Connections;

/// <summary>A connection of a peer. The fields are guarded by the lock of <see cref="PeerConnections"/>.</summary>
/// <param name="key">Key of its address; null for this machine.</param>
/// <param name="isTrusted">Whether it may be idle without having signed in: this machine and known proxies.</param>
/// <param name="close">Closes the connection.</param>
/// <param name="now">Timestamp of the connection.</param>
internal sealed class Peer(string? key, bool isTrusted, Action close, long now)
{
    /// <summary>Key of its address; null for this machine.</summary>
    public string? Key { get; } = key;

    /// <summary>Whether it may be idle without having signed in.</summary>
    public bool IsTrusted { get; } = isTrusted;

    /// <summary>Closes the connection.</summary>
    public Action Close { get; } = close;

    /// <summary>Requests that are being answered.</summary>
    public int Requests { get; set; }

    /// <summary>Whether its last request was authenticated.</summary>
    public bool IsSignedIn { get; set; }

    /// <summary>Timestamp since which it has been idle.</summary>
    public long IdleSince { get; set; } = now;

    /// <summary>Whether it is closed when it is idle for long.</summary>
    public bool IsStranger => !IsTrusted && !IsSignedIn && Requests == 0;
}
