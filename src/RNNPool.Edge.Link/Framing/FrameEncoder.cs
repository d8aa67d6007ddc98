using System.Buffers.Binary;
using System.IO.Hashing;

namespace RNNPool.Edge.Link.Framing;

/// <summary>Encodes a header and a payload as the bytes on the wire.</summary>
/// <remarks>Consistent Overhead Byte Stuffing: Cheshire and Baker, IEEE/ACM Transactions on Networking 7(2), 1999.</remarks>
public static class FrameEncoder
{
    private const int LongestBlock = 0xFF;

    // The check covers two spans, which only an instance can take; one per thread avoids an allocation per frame.
    [ThreadStatic]
    private static Crc32? t_crc;

    /// <summary>Maximum length of an encoded frame with that payload, with its delimiter.</summary>
    public static int MaxEncodedLength(int payloadLength)
    {
        int bytes = FrameHeader.Size + payloadLength + FrameHeader.CheckSize;
        return bytes + (bytes / 254) + 2;
    }

    /// <summary>Writes a frame and its delimiter to <paramref name="output"/> and returns the number of bytes.</summary>
    /// <param name="header">Its length must be that of <paramref name="payload"/>.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="output">At least <see cref="MaxEncodedLength"/> bytes.</param>
    public static int Encode(in FrameHeader header, ReadOnlySpan<byte> payload, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(header.Length, payload.Length, nameof(header));
        Span<byte> edge = stackalloc byte[FrameHeader.Size + FrameHeader.CheckSize];
        header.Write(edge);
        uint check = Check(edge[..FrameHeader.Size], payload);
        BinaryPrimitives.WriteUInt32LittleEndian(edge[FrameHeader.Size..], check);
        var writer = new BlockWriter(output);
        writer.Put(edge[..FrameHeader.Size]);
        writer.Put(payload);
        writer.Put(edge[FrameHeader.Size..]);
        return writer.Finish();
    }

    private static uint Check(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        Crc32 crc = t_crc ??= new Crc32();
        crc.Append(header);
        crc.Append(payload);
        uint check = crc.GetCurrentHashAsUInt32();
        crc.Reset();
        return check;
    }

    private ref struct BlockWriter(Span<byte> output)
    {
        private readonly Span<byte> _output = output;
        private int _length = 1;
        private int _code;

        public void Put(scoped ReadOnlySpan<byte> bytes)
        {
            foreach (byte value in bytes)
            {
                if (value != 0)
                    _output[_length++] = value;
                int block = _length - _code;
                if (value != 0 && block != LongestBlock)
                    continue;
                _output[_code] = (byte)block;
                _code = _length++;
            }
        }

        public int Finish()
        {
            _output[_code] = (byte)(_length - _code);
            _output[_length++] = 0;
            return _length;
        }
    }
}
