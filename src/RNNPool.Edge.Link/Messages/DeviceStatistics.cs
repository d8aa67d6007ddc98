using System.Buffers.Binary;

namespace RNNPool.Edge.Link.Messages;

/// <summary>Counters of a device since it started; they wrap around at 2^32.</summary>
public readonly record struct DeviceStatistics
{
    internal const int Size = 72;

    /// <summary>Milliseconds since the device started.</summary>
    public uint UptimeMilliseconds { get; init; }

    /// <summary>Good frames received.</summary>
    public uint FramesReceived { get; init; }

    /// <summary>Frames sent.</summary>
    public uint FramesSent { get; init; }

    /// <summary>Frames with a wrong CRC-32.</summary>
    public uint CheckErrors { get; init; }

    /// <summary>Frames with damaged byte stuffing.</summary>
    public uint StuffingErrors { get; init; }

    /// <summary>Frames with a wrong length.</summary>
    public uint LengthErrors { get; init; }

    /// <summary>Reliable frames received ahead of a lost one.</summary>
    public uint SequenceGaps { get; init; }

    /// <summary>Reliable frames received repeatedly.</summary>
    public uint Duplicates { get; init; }

    /// <summary>Reliable frames sent again.</summary>
    public uint Retransmissions { get; init; }

    /// <summary>Bytes lost because the receive ring was full.</summary>
    public uint Overruns { get; init; }

    /// <summary>Handshakes.</summary>
    public uint Resets { get; init; }

    /// <summary>Sessions that ended because the host was silent.</summary>
    public uint PeerTimeouts { get; init; }

    /// <summary>Frames of another session or version.</summary>
    public uint StaleFrames { get; init; }

    /// <summary>Events dropped because their queue was full.</summary>
    public uint EventsDropped { get; init; }

    /// <summary>Pictures begun.</summary>
    public uint PicturesBegun { get; init; }

    /// <summary>Pictures completed.</summary>
    public uint PicturesDone { get; init; }

    /// <summary>Pictures abandoned before completion.</summary>
    public uint PicturesAborted { get; init; }

    /// <summary>Bytes of models programmed.</summary>
    public uint BytesProgrammed { get; init; }

    internal static bool TryRead(ReadOnlySpan<byte> bytes, out DeviceStatistics statistics)
    {
        statistics = default;
        if (bytes.Length != Size)
            return false;
        statistics = new DeviceStatistics
        {
            UptimeMilliseconds = Field(bytes, 0),
            FramesReceived = Field(bytes, 1),
            FramesSent = Field(bytes, 2),
            CheckErrors = Field(bytes, 3),
            StuffingErrors = Field(bytes, 4),
            LengthErrors = Field(bytes, 5),
            SequenceGaps = Field(bytes, 6),
            Duplicates = Field(bytes, 7),
            Retransmissions = Field(bytes, 8),
            Overruns = Field(bytes, 9),
            Resets = Field(bytes, 10),
            PeerTimeouts = Field(bytes, 11),
            StaleFrames = Field(bytes, 12),
            EventsDropped = Field(bytes, 13),
            PicturesBegun = Field(bytes, 14),
            PicturesDone = Field(bytes, 15),
            PicturesAborted = Field(bytes, 16),
            BytesProgrammed = Field(bytes, 17),
        };
        return true;
    }

    private static uint Field(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(index * 4)..]);
}
