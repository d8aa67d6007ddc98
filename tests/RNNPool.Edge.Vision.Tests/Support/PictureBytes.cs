using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace RNNPool.Edge.Vision.Tests.Support;

/// <summary>Picture files made byte by byte, honest and hostile.</summary>
internal static class PictureBytes
{
    /// <summary>A grey 8-bit PNG whose header claims a size and whose data hold one short row.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        WriteChunk(file, "IHDR"u8, header);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write([0, 1, 2, 3]);
        WriteChunk(file, "IDAT"u8, data.ToArray());
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>A real JPEG whose frame header is changed to claim another size.</summary>
    public static byte[] JpegClaiming(byte[] jpeg, int width, int height)
    {
        byte[] changed = [.. jpeg];
        int frame = FindSegment(changed, 0xC0);
        BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(frame + 7), (ushort)width);
        return changed;
    }

    /// <summary>A JPEG with an EXIF segment that holds nothing but an orientation.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif =
        [
            0xFF,
            0xE1,
            0,
            34,
            (byte)'E',
            (byte)'x',
            (byte)'i',
            (byte)'f',
            0,
            0,
            (byte)'M',
            (byte)'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            0x01,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte)orientation,
            0,
            0,
            0,
            0,
            0,
            0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    /// <summary>A PNG with a chunk that holds nothing but an orientation, at its start or its end, in either byte order.</summary>
    public static byte[] PngWithOrientation(byte[] png, int orientation, bool big, bool atEnd)
    {
        byte[] exif = big
            ? [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0]
            : [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 18, 1, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];
        using var chunk = new MemoryStream();
        WriteChunk(chunk, "eXIf"u8, exif);
        int at = atEnd ? png.Length - 12 : 33;
        return [.. png[..at], .. chunk.ToArray(), .. png[at..]];
    }

    private static int FindSegment(byte[] jpeg, byte marker)
    {
        for (int at = 2; at + 4 < jpeg.Length; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2)))
        {
            if (jpeg[at] == 0xFF && jpeg[at + 1] == marker)
                return at;
        }

        throw new ArgumentException($"The JPEG has no segment {marker:X2}.", nameof(jpeg));
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32([.. type, .. data]));
        file.Write(number);
    }
}
