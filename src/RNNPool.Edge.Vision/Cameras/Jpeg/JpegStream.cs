namespace RNNPool.Edge.Vision.Cameras.Jpeg;

/// <summary>
/// Cuts a stream of bytes into JPEG pictures by their own markers. Boundaries and headers between the pictures are ignored, because cameras
/// write them in many ways. Allocates only while its buffer grows. Used by one thread.
/// </summary>
internal sealed class JpegStream
{
    /// <summary>Longest picture in bytes.</summary>
    public const int MaxBytes = 32 << 20;

    private const int ReadBytes = 64 << 10;
    private const int MaxBoundary = 512;

    private byte[] _buffer = new byte[2 * ReadBytes];
    private int _start;
    private int _end;
    private int _at;
    private bool _inPicture;
    private bool _inScan;

    private Span<byte> Data => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The memory for the next bytes; <see cref="Advance"/> then states their number.</summary>
    /// <exception cref="CameraException">The current picture is too long.</exception>
    public Memory<byte> Reserve()
    {
        if (_buffer.Length - _end < ReadBytes)
        {
            int length = _end - _start;
            if (length > MaxBytes)
                throw new CameraException($"the camera sends a picture of more than {MaxBytes} bytes");
            byte[] target = _buffer.Length - length < 2 * ReadBytes ? new byte[2 * _buffer.Length] : _buffer;
            Data.CopyTo(target);
            _buffer = target;
            _start = 0;
            _end = length;
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Adds bytes that were written to the reserved memory.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>Removes everything, for the next answer.</summary>
    public void Reset()
    {
        _start = 0;
        _end = 0;
        _inPicture = false;
    }

    /// <summary>Takes the next picture, valid until the next call.</summary>
    public bool TryTake(out ReadOnlySpan<byte> picture)
    {
        picture = default;
        if (!_inPicture && !FindStart())
            return false;
        int next = Walk();
        if (next == 0)
            return false;

        // The start of the next picture ends one without an end marker; a boundary may stand between them.
        picture = Data[..(Data[next - 1] == JpegHeader.End ? next : TrimBoundary(next))];
        _start += next;
        _inPicture = false;
        return true;
    }

    /// <summary>Takes the picture at the end of the stream that has no end marker.</summary>
    public bool TryTakeRest(out ReadOnlySpan<byte> picture)
    {
        picture = _inPicture && _inScan ? Data[..TrimBoundary(Data.Length)] : default;
        _inPicture = false;
        return !picture.IsEmpty;
    }

    private bool FindStart()
    {
        int start = Data.IndexOf([(byte)0xFF, JpegHeader.Start, (byte)0xFF]);
        if (start < 0)
        {
            _start = Math.Max(_start, _end - 2);
            return false;
        }

        _start += start;
        _at = 2;
        _inPicture = true;
        _inScan = false;
        return true;
    }

    // Returns the end of the picture, or 0 when more bytes are needed.
    private int Walk()
    {
        ReadOnlySpan<byte> data = Data;
        while (_at + 1 < data.Length)
        {
            byte marker = data[_at + 1];
            if (_inScan)
            {
                int next = data[_at..].IndexOf((byte)0xFF);
                if (next != 0)
                {
                    _at = next < 0 ? data.Length : _at + next;
                    continue;
                }

                _inScan = marker is 0 or 0xFF or (>= 0xD0 and <= 0xD7);
                if (_inScan)
                    _at += marker == 0xFF ? 1 : 2;
                continue;
            }

            if (data[_at] != 0xFF || marker is 0 or 0xFF)
                _at++;
            else if (marker == JpegHeader.End)
                return _at + 2;
            else if (marker == JpegHeader.Start)
                return _at;
            else if (JpegHeader.IsAlone(marker))
                _at += 2;
            else if (_at + 3 >= data.Length)
                return 0;
            else
                (_at, _inScan) = (_at + 2 + ((data[_at + 2] << 8) | data[_at + 3]), marker == JpegHeader.Scan);
        }

        return 0;
    }

    private int TrimBoundary(int length)
    {
        int from = Math.Max(0, length - MaxBoundary);
        int boundary = Data[from..length].IndexOf("\r\n--"u8);
        return boundary < 0 ? length : from + boundary;
    }
}
