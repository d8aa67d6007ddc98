using RNNPool.Edge.Link.Sessions;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>
/// The current connection and the state of the line, shared by the loop that keeps it and the callers that use it. Thread-safe.
/// </summary>
/// <param name="name">Name of the line for messages.</param>
internal sealed class ConnectionSlot(string name)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<Connection> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Connection? _current;
    private volatile string? _lastError;
    private volatile CoprocessorState _state;
    private bool _closed;

    public string Name => name;

    public Connection? Current => _current;

    public CoprocessorState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Why the last attempt or session ended.</summary>
    public string? LastError
    {
        get => _lastError;
        set => _lastError = value;
    }

    public void Publish(Connection connection)
    {
        lock (_lock)
        {
            _lastError = null;
            _state = CoprocessorState.Ready;
            _current = connection;
            _connected.TrySetResult(connection);
        }
    }

    /// <summary>Withdraws the connection and returns whether there was one.</summary>
    public bool Withdraw()
    {
        Connection? withdrawn;
        lock (_lock)
        {
            withdrawn = _current;
            _current = null;
            if (_connected.Task.IsCompletedSuccessfully)
                _connected = new TaskCompletionSource<Connection>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        withdrawn?.Gone.TrySetResult();
        return withdrawn is not null;
    }

    /// <summary>Waits for a connection whose session has not ended.</summary>
    public async ValueTask<Connection> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<Connection> connected;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_closed, typeof(CoprocessorClient));
                connected = _connected.Task;
            }

            Connection connection = await connected.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!connection.Session.Completion.IsCompleted)
                return connection;
            await connection.Gone.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The current connection.</summary>
    /// <exception cref="LinkException">There is none; the message includes the last error.</exception>
    public Connection Require() =>
        _current
        ?? throw new LinkException(
            LinkFailure.TransportLost,
            $"The coprocessor at {name} is not connected{(_lastError is { } error ? ": " + error.TrimEnd('.') : "")}."
        );

    /// <summary>Fails all callers that wait for a connection.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _connected.TrySetException(new LinkException(LinkFailure.Closed, "The client was closed."));
            _ = _connected.Task.Exception; // marks it as observed
        }
    }
}
