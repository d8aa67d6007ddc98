using System.Buffers.Binary;

namespace RNNPool.Edge.Link.Messages;

/// <summary>Begins or continues an upload.</summary>
internal static class UploadBeginMessage
{
    public const int Size = 40;

    public static void Write(Span<byte> bytes, byte slot, uint total, ReadOnlySpan<byte> sha256)
    {
        bytes[..Size].Clear();
        bytes[0] = slot;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], total);
        sha256.CopyTo(bytes[8..]);
    }
}

/// <summary>Head of a part of a model.</summary>
internal static class UploadDataMessage
{
    public const int Size = 12;

    public static void Write(Span<byte> bytes, byte slot, uint upload, uint offset)
    {
        bytes[..Size].Clear();
        bytes[0] = slot;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], upload);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], offset);
    }
}

/// <summary>Content of UPLOAD_VERIFY and ACTIVATE.</summary>
internal static class SlotCommandMessage
{
    public const int Size = 36;

    public static void Write(Span<byte> bytes, byte slot, ReadOnlySpan<byte> sha256)
    {
        bytes[..Size].Clear();
        bytes[0] = slot;
        sha256.CopyTo(bytes[4..]);
    }
}

/// <summary>Progress of an upload.</summary>
internal readonly record struct UploadStateMessage(byte Slot, DeviceStatus Status, SlotState State, uint Upload, uint Offset, uint Total)
{
    public const int Size = 16;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out UploadStateMessage message)
    {
        message = default;
        if (bytes.Length != Size || bytes[2] > (byte)SlotState.Failed)
            return false;
        message = new UploadStateMessage(
            bytes[0],
            (DeviceStatus)bytes[1],
            (SlotState)bytes[2],
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..])
        );
        return message.Offset <= message.Total;
    }
}

/// <summary>Outcome of a request.</summary>
internal readonly record struct StatusMessage(byte Request, DeviceStatus Status, uint Detail)
{
    public const int Size = 8;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out StatusMessage message)
    {
        message = default;
        if (bytes.Length != Size)
            return false;
        message = new StatusMessage(bytes[0], (DeviceStatus)bytes[1], BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
        return true;
    }
}
