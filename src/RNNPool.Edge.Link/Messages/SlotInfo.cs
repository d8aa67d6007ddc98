using System.Buffers.Binary;
using System.Globalization;

namespace RNNPool.Edge.Link.Messages;

/// <summary>Description of one model slot of a device.</summary>
/// <param name="Slot">Number of the slot, or <see cref="BuiltIn"/>.</param>
/// <param name="State">State of its content.</param>
/// <param name="Width">Width of the model's input in pixels; 0 when not known.</param>
/// <param name="Height">Height of the model's input in pixels; 0 when not known.</param>
/// <param name="Size">Bytes of the model, stored or announced.</param>
/// <param name="Received">Bytes that are stored.</param>
/// <param name="ArenaBytes">Working memory of the model.</param>
/// <param name="Sha256">SHA-256 of the whole model file in lower-case hexadecimal.</param>
/// <param name="Name">Name of the model; empty when not known.</param>
public sealed record SlotInfo(
    byte Slot,
    SlotState State,
    int Width,
    int Height,
    uint Size,
    uint Received,
    uint ArenaBytes,
    string Sha256,
    string Name
)
{
    /// <summary>Slot number of a model that is linked into the firmware.</summary>
    public const byte BuiltIn = 0xFE;

    /// <summary>No slot.</summary>
    public const byte None = 0xFF;

    internal const int WireSize = 76;

    /// <summary>First four bytes of <see cref="Sha256"/>, little-endian. A picture names the model that it needs by this number.</summary>
    public uint Id =>
        uint.TryParse(Sha256.AsSpan(0, Math.Min(8, Sha256.Length)), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint value)
            ? BinaryPrimitives.ReverseEndianness(value)
            : 0;

    internal static SlotInfo? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != WireSize || bytes[1] > (byte)SlotState.Failed)
            return null;
        return new SlotInfo(
            bytes[0],
            (SlotState)bytes[1],
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            Convert.ToHexStringLower(bytes.Slice(20, 32)),
            WireText.Read(bytes.Slice(52, 24))
        );
    }
}
