namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>
/// Bounds the packets that this client reads: MQTT 3.1.1 has no way to request it, and a broker may ignore the request of MQTT 5. The
/// payload of a longer PUBLISH is cut off, so that the client acknowledges it and refuses its content; another packet that is too long
/// ends the connection. Used by one reader and one writer.
/// </summary>
/// <param name="inner">The connection.</param>
/// <param name="limit">Most bytes after the fixed header, which the topic and the properties of a message must fit into.</param>
internal sealed class PacketLimitStream(Stream inner, int limit) : Stream
{
    private const int Publish = 3;
    private const int MaxLengthBytes = 4;

    private readonly byte[] _header = new byte[1 + MaxLengthBytes];
    private readonly byte[] _scratch = new byte[4096];
    private int _headerBytes;
    private int _headerGiven;
    private bool _headerComplete;
    private int _pass;
    private int _skip;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        while (true)
        {
            if (_headerComplete && _headerGiven < _headerBytes)
                return GiveHeader(buffer.Span);
            if (_pass > 0)
            {
                int passed = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _pass)], cancellationToken).ConfigureAwait(false);
                _pass -= passed;
                return passed;
            }

            Memory<byte> target = _skip > 0 ? _scratch.AsMemory(0, Math.Min(_scratch.Length, _skip)) : _scratch.AsMemory(0, 1);
            int read = await inner.ReadAsync(target, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return 0;
            if (_skip > 0)
                _skip -= read;
            else
                AddToHeader(_scratch[0]);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private int GiveHeader(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _headerBytes - _headerGiven);
        _header.AsSpan(_headerGiven, count).CopyTo(buffer);
        _headerGiven += count;
        if (_headerGiven < _headerBytes)
            return count;
        _headerBytes = 0;
        _headerGiven = 0;
        _headerComplete = false;
        return count;
    }

    private void AddToHeader(byte next)
    {
        if (_headerBytes > MaxLengthBytes)
            throw new IOException("The broker sends a packet with a malformed length.");
        _header[_headerBytes++] = next;
        if (_headerBytes == 1 || (next & 0x80) != 0)
            return;
        int length = 0;
        for (int i = _headerBytes - 1; i > 0; i--)
            length = (length << 7) | (_header[i] & 0x7F);
        _headerComplete = true;
        _pass = Math.Min(length, limit);
        if (length <= limit)
            return;
        if (_header[0] >> 4 != Publish)
            throw new IOException($"The broker sends a packet of {length} bytes, more than the {limit} that are accepted.");
        _skip = length - limit;
        _headerBytes = 1;
        for (int rest = limit; _headerBytes == 1 || rest > 0; rest >>= 7)
            _header[_headerBytes++] = (byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0));
    }
}
