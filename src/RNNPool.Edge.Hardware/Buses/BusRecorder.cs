namespace RNNPool.Edge.Hardware.Buses;

/// <summary>
/// The last transfers on a simulated bus, for the page and for tests. Allocates nothing once it is full and its buffers are long enough.
/// Thread-safe.
/// </summary>
public sealed class BusRecorder(int capacity = BusRecorder.DefaultCapacity)
{
    /// <summary>Transfers that are kept unless a capacity is given.</summary>
    public const int DefaultCapacity = 256;

    private readonly Lock _lock = new();
    private readonly Slot[] _slots = new Slot[capacity];
    private int _next;
    private int _count;
    private long _bytes;

    /// <summary>Bytes that have been transferred since the start.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The last transfers, oldest first.</summary>
    public IReadOnlyList<BusTransfer> Transfers
    {
        get
        {
            lock (_lock)
                return [.. Enumerable.Range(_next - _count + capacity, _count).Select(index => _slots[index % capacity].ToTransfer())];
        }
    }

    /// <summary>Removes all transfers.</summary>
    public void Clear()
    {
        lock (_lock)
            _count = 0;
    }

    internal void Record(bool isWrite, ReadOnlySpan<byte> data)
    {
        Interlocked.Add(ref _bytes, data.Length);
        lock (_lock)
        {
            _slots[_next].Set(isWrite, data);
            _next = (_next + 1) % capacity;
            _count = Math.Min(_count + 1, capacity);
        }
    }

    private struct Slot
    {
        private byte[]? _buffer;
        private int _length;
        private bool _isWrite;

        public void Set(bool isWrite, ReadOnlySpan<byte> data)
        {
            if (_buffer is null || _buffer.Length < data.Length)
                _buffer = new byte[data.Length];
            data.CopyTo(_buffer);
            _length = data.Length;
            _isWrite = isWrite;
        }

        public readonly BusTransfer ToTransfer() => new(_isWrite, _buffer.AsSpan(0, _length).ToArray());
    }
}

/// <summary>One transfer.</summary>
/// <param name="IsWrite">Whether the bytes go to the part.</param>
/// <param name="Data">The bytes.</param>
public sealed record BusTransfer(bool IsWrite, ReadOnlyMemory<byte> Data);
