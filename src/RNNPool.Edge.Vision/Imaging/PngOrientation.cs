using System.Buffers.Binary;
using SkiaSharp;

namespace RNNPool.Edge.Vision.Imaging;

/// <summary>
/// Reads the EXIF orientation of a PNG, which the codec library ignores: tag 274 of the first directory in the chunk <c>eXIf</c>
/// (PNG Third Edition, section 11.3.4.5).
/// </summary>
internal static class PngOrientation
{
    private const int ChunkOverhead = 12; // length, type and checksum
    private const int MaxChunks = 4096;
    private const int EntryBytes = 12;
    private const ushort Tag = 274;
    private const ushort Short = 3;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>The orientation; upright when the data are no PNG, have no orientation, or a damaged one.</summary>
    public static SKEncodedOrigin Read(ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith(Signature))
            return SKEncodedOrigin.TopLeft;
        data = data[Signature.Length..];
        for (int i = 0; i < MaxChunks && data.Length >= ChunkOverhead; i++)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(data);
            if (length > data.Length - ChunkOverhead)
                break;
            if (data.Slice(4, 4).SequenceEqual("eXIf"u8))
                return ReadExif(data.Slice(8, (int)length));
            data = data[(ChunkOverhead + (int)length)..];
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static SKEncodedOrigin ReadExif(ReadOnlySpan<byte> exif)
    {
        if (exif.Length < 8)
            return SKEncodedOrigin.TopLeft;
        bool big = exif.StartsWith("MM\0*"u8);
        if (!big && !exif.StartsWith("II*\0"u8))
            return SKEncodedOrigin.TopLeft;
        uint directory = Read32(exif[4..], big);
        if (directory > exif.Length - 2)
            return SKEncodedOrigin.TopLeft;
        ReadOnlySpan<byte> entries = exif[(int)directory..];
        int count = Read16(entries, big);
        entries = entries[2..];
        for (; count > 0 && entries.Length >= EntryBytes; count--, entries = entries[EntryBytes..])
        {
            if (Read16(entries, big) != Tag)
                continue;
            int value = Read16(entries[2..], big) == Short ? Read16(entries[8..], big) : 0;
            return value is >= 1 and <= 8 ? (SKEncodedOrigin)value : SKEncodedOrigin.TopLeft;
        }

        return SKEncodedOrigin.TopLeft;
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool big) =>
        big ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint Read32(ReadOnlySpan<byte> bytes, bool big) =>
        big ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
