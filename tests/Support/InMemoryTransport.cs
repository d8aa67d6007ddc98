using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Testing;

/// <summary>Faults of an in-memory line. All rates are probabilities per byte, 0 to 1.</summary>
internal sealed class LineFaults
{
    /// <summary>One bit of the byte is flipped.</summary>
    public double FlipRate { get; set; }

    /// <summary>The byte is lost.</summary>
    public double LossRate { get; set; }

    /// <summary>The byte is duplicated.</summary>
    public double DuplicationRate { get; set; }

    /// <summary>The line holds all bytes back until this is reset.</summary>
    public bool Stalled { get; set; }

    /// <summary>The line loses all bytes.</summary>
    public bool Cut { get; set; }

    /// <summary>Whether bytes pass unchanged.</summary>
    public bool IsClean => FlipRate <= 0 && LossRate <= 0 && DuplicationRate <= 0;
}

/// <summary>Applies <see cref="LineFaults"/> to bytes, reproducibly for a seed.</summary>
internal sealed class FaultyLine(LineFaults faults, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>The faults.</summary>
    public LineFaults Faults { get; } = faults;

    /// <summary>Appends the bytes to <paramref name="output"/>, with the faults applied.</summary>
    public void Carry(ReadOnlySpan<byte> bytes, List<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (Faults.Cut)
            return;
        if (Faults.IsClean)
        {
            output.AddRange(bytes);
            return;
        }

        foreach (byte value in bytes)
        {
            byte carried = value;
#pragma warning disable CA5394 // reproducible noise, not a secret
            if (_random.NextDouble() < Faults.FlipRate)
                carried ^= (byte)(1 << _random.Next(8));
            if (_random.NextDouble() < Faults.LossRate)
                continue;
            output.Add(carried);
            if (_random.NextDouble() < Faults.DuplicationRate)
                output.Add(carried);
#pragma warning restore CA5394
        }
    }
}

/// <summary>One end of a line within the process, with simulated faults.</summary>
internal sealed class InMemoryTransport : ITransport
{
    private readonly Lock _lock = new();
    private readonly List<byte> _waiting = [];
    private readonly FaultyLine _line;
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InMemoryTransport? _peer;
    private bool _closed;

    private InMemoryTransport(string name, LineFaults faults, int seed) => (Name, _line) = (name, new FaultyLine(faults, seed));

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Faults on the way to this end.</summary>
    public LineFaults Faults => _line.Faults;

    /// <summary>Creates the two ends of a line.</summary>
    public static (InMemoryTransport Host, InMemoryTransport Device) CreatePair(int seed = 1)
    {
        var host = new InMemoryTransport("memory://host", new LineFaults(), seed);
        var device = new InMemoryTransport("memory://device", new LineFaults(), seed + 1);
        (host._peer, device._peer) = (device, host);
        return (host, device);
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrived;
            lock (_lock)
            {
                if (_waiting.Count > 0 && !Faults.Stalled)
                {
                    int count = Math.Min(buffer.Length, _waiting.Count);
                    for (int i = 0; i < count; i++)
                        buffer.Span[i] = _waiting[i];
                    _waiting.RemoveRange(0, count);
                    return count;
                }

                if (_closed)
                    return 0;
                if (_arrived.Task.IsCompleted)
                    _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                arrived = _arrived.Task;
            }

            await arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_closed || _peer!._closed)
            throw new IOException($"The other end of {Name} is closed.");
        _peer.Deliver(bytes.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Closes the line: both ends read 0 from now on.</summary>
    public void Disconnect()
    {
        foreach (InMemoryTransport end in (InMemoryTransport[])[this, _peer!])
        {
            end._closed = true;
            end._arrived.TrySetResult();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Disconnect();
        return ValueTask.CompletedTask;
    }

    private void Deliver(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _line.Carry(bytes, _waiting);
            _arrived.TrySetResult();
        }
    }
}
