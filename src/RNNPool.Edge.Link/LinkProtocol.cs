namespace RNNPool.Edge.Link;

/// <summary>Constants of the protocol, which docs/protocol.md defines.</summary>
public static class LinkProtocol
{
    /// <summary>"RNNP", in every RESET and HELLO.</summary>
    public const uint Magic = 0x504E4E52;

    /// <summary>Oldest version that this host supports.</summary>
    public const byte VersionMin = 1;

    /// <summary>Newest version that this host supports.</summary>
    public const byte VersionMax = 1;

    /// <summary>Largest payload that this host accepts, in bytes.</summary>
    public const int HostPayload = 1024;

    /// <summary>Smallest payload that a device must accept, in bytes.</summary>
    public const int MinDevicePayload = 64;

    /// <summary>Maximum number of unacknowledged reliable frames in one direction.</summary>
    public const int MaxWindow = 16;
}
