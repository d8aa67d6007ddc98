using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Link.Tests.Peers;

/// <summary>Opens lines of another factory that throw exceptions which no transport should throw.</summary>
internal sealed class FaultyFactory(ITransportFactory inner) : ITransportFactory
{
    public string Name => inner.Name;

    /// <summary>How many openings throw.</summary>
    public int OpenFaults { get; set; }

    /// <summary>While true, the next read or write throws.</summary>
    public bool ReadFault { get; set; }

    public bool WriteFault { get; set; }

    /// <summary>While true, the line accepts no bytes.</summary>
    public bool WriteHangs { get; set; }

    public async ValueTask<ITransport> OpenAsync(CancellationToken cancellationToken)
    {
        if (OpenFaults > 0)
        {
            OpenFaults--;
            throw new InvalidOperationException("open");
        }

        return new Line(await inner.OpenAsync(cancellationToken), this);
    }

    private sealed class Line(ITransport inner, FaultyFactory owner) : ITransport
    {
        public string Name => inner.Name;

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            int count = await inner.ReadAsync(buffer, cancellationToken);
            if (!owner.ReadFault)
                return count;
            owner.ReadFault = false;
            throw new InvalidOperationException("read");
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            if (owner.WriteHangs)
                return new ValueTask(Task.Delay(Timeout.Infinite, cancellationToken));
            if (!owner.WriteFault)
                return inner.WriteAsync(bytes, cancellationToken);
            owner.WriteFault = false;
            throw new InvalidOperationException("write");
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
