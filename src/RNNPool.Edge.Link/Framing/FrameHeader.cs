using System.Buffers.Binary;

namespace RNNPool.Edge.Link.Framing;

/// <summary>Flags of a frame.</summary>
[Flags]
public enum FrameMarks : byte
{
    /// <summary>None: the frame is not numbered and not acknowledged.</summary>
    None = 0,

    /// <summary>The frame is numbered, and its sender keeps it until it is acknowledged.</summary>
    Reliable = 1,

    /// <summary>
    /// The frame numbered <see cref="FrameHeader.Acknowledge"/> is missing; the receiver requests everything from it again.
    /// </summary>
    NotAcknowledged = 2,
}

/// <summary>The header of a frame, ten bytes.</summary>
/// <param name="Version">Version of the protocol.</param>
/// <param name="Type">Type of the payload.</param>
/// <param name="Flags">See <see cref="FrameMarks"/>.</param>
/// <param name="Session">Low byte of the nonce of the handshake.</param>
/// <param name="Sequence">Number of a reliable frame, modulo 256; 0 in others.</param>
/// <param name="Acknowledge">Next sequence number that the sender expects.</param>
/// <param name="Credit">Reliable frames that the sender can take, counted from <paramref name="Acknowledge"/>.</param>
/// <param name="Tag">Copied from a request into its reply; 0 in events.</param>
/// <param name="Length">Bytes of payload.</param>
public readonly record struct FrameHeader(
    byte Version,
    MessageType Type,
    FrameMarks Flags,
    byte Session,
    byte Sequence,
    byte Acknowledge,
    byte Credit,
    byte Tag,
    ushort Length
)
{
    /// <summary>Length of a header in bytes.</summary>
    public const int Size = 10;

    /// <summary>Length of the check after the payload, in bytes.</summary>
    public const int CheckSize = 4;

    /// <summary>Reads a header from the first <see cref="Size"/> bytes.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes) =>
        new(
            bytes[0],
            (MessageType)bytes[1],
            (FrameMarks)bytes[2],
            bytes[3],
            bytes[4],
            bytes[5],
            bytes[6],
            bytes[7],
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..])
        );

    /// <summary>Writes the header to the first <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], Length);
        (bytes[0], bytes[1], bytes[2], bytes[3]) = (Version, (byte)Type, (byte)Flags, Session);
        (bytes[4], bytes[5], bytes[6], bytes[7]) = (Sequence, Acknowledge, Credit, Tag);
    }
}
