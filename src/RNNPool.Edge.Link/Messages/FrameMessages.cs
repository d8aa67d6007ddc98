using System.Buffers.Binary;

namespace RNNPool.Edge.Link.Messages;

/// <summary>A picture follows.</summary>
internal readonly record struct FrameBeginMessage(ushort Frame, ushort Width, ushort Height, uint Model)
{
    public const int Size = 12;

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Frame);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], Width);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Height);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Model);
    }
}

/// <summary>How the pixels of <see cref="FrameRowsMessage"/> are coded.</summary>
public enum RowEncoding : byte
{
    /// <summary>One byte a pixel.</summary>
    Raw = 0,

    /// <summary>The lossless row code.</summary>
    Coded = 1,
}

/// <summary>Head of a run of pixels in raster order.</summary>
internal readonly record struct FrameRowsMessage(ushort Frame, RowEncoding Encoding, ushort Row, ushort Column, ushort Pixels)
{
    public const int Size = 12;

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Frame);
        (bytes[2], bytes[3]) = ((byte)Encoding, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], Row);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], Column);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], Pixels);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[10..], 0);
    }
}

/// <summary>Head of a part of a result.</summary>
internal readonly record struct ResultMessage(
    ushort Frame,
    DeviceStatus Status,
    bool Last,
    ushort Total,
    ushort First,
    ushort Count,
    uint TicksPerSecond,
    ulong Ticks,
    uint ArenaBytes,
    uint StackBytes
)
{
    public const int Size = 32;
    public const int DetectionSize = 12;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out ResultMessage message)
    {
        message = default;
        if (bytes.Length < Size)
            return false;
        message = new ResultMessage(
            BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (DeviceStatus)bytes[2],
            bytes[3] != 0,
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..])
        );
        return bytes.Length == Size + (message.Count * DetectionSize)
            && message.First + message.Count <= message.Total
            && message.Last == (message.First + message.Count == message.Total);
    }
}
