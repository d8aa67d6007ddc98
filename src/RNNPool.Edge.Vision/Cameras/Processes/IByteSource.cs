namespace RNNPool.Edge.Vision.Cameras.Processes;

/// <summary>Bytes that arrive one after the other.</summary>
internal interface IByteSource
{
    /// <summary>Waits for as many bytes as the buffer is long.</summary>
    /// <returns>The number of bytes; fewer than requested when no more come.</returns>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    int Read(Span<byte> buffer, CancellationToken stop);
}
