using System.Buffers.Binary;

namespace RNNPool.Edge.Link.Messages;

/// <summary>Requests a session.</summary>
/// <param name="Nonce">Random; its low byte is not 0 and numbers the session.</param>
/// <param name="VersionMin">Oldest version of the protocol that the host supports.</param>
/// <param name="VersionMax">Newest version of the protocol that the host supports.</param>
/// <param name="MaxPayload">Largest payload that the host accepts, at least 256 bytes.</param>
internal readonly record struct ResetMessage(uint Nonce, byte VersionMin, byte VersionMax, ushort MaxPayload)
{
    public const int Size = 12;

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, LinkProtocol.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Nonce);
        (bytes[8], bytes[9]) = (VersionMin, VersionMax);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[10..], MaxPayload);
    }
}
