namespace RNNPool.Edge.Hardware.Buses;

/// <summary>The last transfers on a simulated bus, for the page and for tests. Thread-safe.</summary>
public sealed class BusRecorder(int capacity = BusRecorder.DefaultCapacity)
{
    /// <summary>Transfers that are kept unless a capacity is given.</summary>
    public const int DefaultCapacity = 256;

    private readonly Lock _lock = new();
    private readonly Queue<BusTransfer> _transfers = new();
    private long _bytes;

    /// <summary>Bytes that have been transferred since the start.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The last transfers, oldest first.</summary>
    public IReadOnlyList<BusTransfer> Transfers
    {
        get
        {
            lock (_lock)
                return [.. _transfers];
        }
    }

    /// <summary>Removes all transfers.</summary>
    public void Clear()
    {
        lock (_lock)
            _transfers.Clear();
    }

    internal void Record(bool isWrite, ReadOnlySpan<byte> data)
    {
        Interlocked.Add(ref _bytes, data.Length);
        lock (_lock)
        {
            if (_transfers.Count == capacity)
                _transfers.Dequeue();
            _transfers.Enqueue(new BusTransfer(isWrite, data.ToArray()));
        }
    }
}

/// <summary>One transfer.</summary>
/// <param name="IsWrite">Whether the bytes go to the part.</param>
/// <param name="Data">The bytes.</param>
public sealed record BusTransfer(bool IsWrite, ReadOnlyMemory<byte> Data);
