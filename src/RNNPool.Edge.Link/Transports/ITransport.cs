namespace RNNPool.Edge.Link.Transports;

/// <summary>A line to a device: bytes in both directions, in order, possibly damaged. One reader and one writer at a time.</summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>Name of the line for messages and logs.</summary>
    string Name { get; }

    /// <summary>Waits for bytes and returns their number; 0 when the line was closed.</summary>
    /// <exception cref="IOException">The line failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Writes all bytes; completes at the speed of the line.</summary>
    /// <exception cref="IOException">The line failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}

/// <summary>Opens a line, any number of times.</summary>
public interface ITransportFactory
{
    /// <summary>Name of the line for messages and logs.</summary>
    string Name { get; }

    /// <summary>Opens the line.</summary>
    /// <exception cref="IOException">It cannot be opened; the message gives the reason.</exception>
    ValueTask<ITransport> OpenAsync(CancellationToken cancellationToken);
}
