namespace RNNPool.Edge.Link.Transports;

/// <summary>A line to a device: bytes in both directions, in order, possibly damaged. One reader and one writer at a time.</summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>What it is connected to, for logs.</summary>
    string Name { get; }

    /// <summary>Waits for bytes and returns how many came; 0 when the line is gone.</summary>
    /// <exception cref="IOException">The line failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Writes all bytes, at the pace of the line.</summary>
    /// <exception cref="IOException">The line failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}

/// <summary>Opens a line, again and again if need be.</summary>
public interface ITransportFactory
{
    /// <summary>What it connects to, for logs.</summary>
    string Name { get; }

    /// <summary>Opens the line.</summary>
    /// <exception cref="IOException">It cannot be opened; the message is one sentence that says why.</exception>
    ValueTask<ITransport> OpenAsync(CancellationToken cancellationToken);
}
