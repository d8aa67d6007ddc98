using System.Buffers.Binary;
using System.IO.Hashing;

namespace RNNPool.Edge.Link.Framing;

/// <summary>Result of a <see cref="FrameDecoder"/>.</summary>
public enum FrameEvent
{
    /// <summary>No frame is complete; all bytes were consumed.</summary>
    None,

    /// <summary>A frame with a correct check and length.</summary>
    Frame,

    /// <summary>A block of the byte stuffing ends beyond the delimiter.</summary>
    StuffingError,

    /// <summary>Too short, too long, or the length field is wrong.</summary>
    LengthError,

    /// <summary>The CRC-32 is wrong.</summary>
    CheckError,
}

/// <summary>Finds frames in a stream of bytes. Allocates nothing after construction.</summary>
public sealed class FrameDecoder
{
    private const int Overhead = FrameHeader.Size + FrameHeader.CheckSize;

    private readonly byte[] _buffer;
    private int _length;
    private int _remaining;
    private bool _zeroDue;
    private bool _skipping;
    private bool _fresh;

    /// <summary>Creates a decoder of frames with payloads of up to <paramref name="maxPayload"/> bytes.</summary>
    public FrameDecoder(int maxPayload)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxPayload);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPayload, ushort.MaxValue);
        _buffer = new byte[maxPayload + Overhead];
    }

    /// <summary>Header of the frame that was found.</summary>
    public FrameHeader Header => FrameHeader.Read(_buffer);

    /// <summary>Payload of the frame that was found; valid until the next call of <see cref="Push"/>.</summary>
    public ReadOnlySpan<byte> Payload => _buffer.AsSpan(FrameHeader.Size, _length - Overhead);

    /// <summary>Consumes bytes up to the next delimiter and removes them from <paramref name="bytes"/>.</summary>
    public FrameEvent Push(ref ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != 0)
            {
                Decode(bytes[i]);
                continue;
            }

            FrameEvent found = End();
            if (found == FrameEvent.None)
                continue;
            bytes = bytes[(i + 1)..];
            return found;
        }

        bytes = default;
        return FrameEvent.None;
    }

    private void Decode(byte value)
    {
        if (_fresh)
            (_fresh, _length) = (false, 0);
        if (_skipping)
            return;
        if (_remaining == 0)
        {
            bool zero = _zeroDue;
            _remaining = value - 1;
            _zeroDue = value != 0xFF;
            if (!zero)
                return;
            value = 0;
        }
        else
        {
            _remaining--;
        }

        if (_length == _buffer.Length)
            _skipping = true;
        else
            _buffer[_length++] = value;
    }

    private FrameEvent End()
    {
        FrameEvent found = Check();
        if (found != FrameEvent.Frame)
            _length = 0;
        _remaining = 0;
        _zeroDue = false;
        _skipping = false;
        _fresh = true;
        return found;
    }

    private FrameEvent Check()
    {
        if (_skipping)
            return FrameEvent.LengthError;
        if (_fresh || (_length == 0 && !_zeroDue && _remaining == 0))
            return FrameEvent.None; // successive delimiters are filling
        if (_remaining > 0)
            return FrameEvent.StuffingError;
        if (_length < Overhead)
            return FrameEvent.LengthError;
        int covered = _length - FrameHeader.CheckSize;
        if (Crc32.HashToUInt32(_buffer.AsSpan(0, covered)) != BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(covered)))
            return FrameEvent.CheckError;
        return FrameHeader.Read(_buffer).Length == _length - Overhead ? FrameEvent.Frame : FrameEvent.LengthError;
    }
}
