using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>A coprocessor: keeps a session with it, connects again when it is lost, sends pictures and models.</summary>
/// <remarks>Thread-safe. One picture and one upload at a time; further callers wait their turn.</remarks>
public sealed partial class CoprocessorClient : IAsyncDisposable, ILinkMessageHandler
{
    private const int EventCapacity = 64;

    private readonly ITransportFactory _factory;
    private readonly CoprocessorClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<CoprocessorEvent> _events = Channel.CreateBounded<CoprocessorEvent>(
        new BoundedChannelOptions(EventCapacity) { FullMode = BoundedChannelFullMode.DropOldest }
    );

    private readonly Lock _lock = new();
    private TaskCompletionSource<Connection> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Connection? _connection;
    private Task _run = Task.CompletedTask;
    private bool _disposed;

    /// <summary>Creates a client; <see cref="Start"/> begins to connect.</summary>
    /// <param name="factory">Opens the line, such as a <see cref="LinkEndpoint"/>.</param>
    /// <param name="options">Times and switches.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where losses and recoveries are told.</param>
    public CoprocessorClient(
        ITransportFactory factory,
        CoprocessorClientOptions options,
        TimeProvider time,
        ILogger<CoprocessorClient> logger
    )
    {
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is string error)
            throw new ArgumentException(error, nameof(options));
        (_factory, _options, _time, _logger) = (factory, options, time, logger);
    }

    /// <summary>Whether the device can be used.</summary>
    public CoprocessorState State { get; private set; }

    /// <summary>What is known of the device, while <see cref="State"/> is <see cref="CoprocessorState.Ready"/>; else null.</summary>
    public CoprocessorInfo? Info => _connection?.Info;

    /// <summary>Why the last attempt or session ended; null before the first.</summary>
    public string? LastError { get; private set; }

    /// <summary>Counters of this side over all sessions.</summary>
    public LinkCounters Counters { get; } = new();

    /// <summary>Smoothed time from a message to its acknowledgement; zero when not connected.</summary>
    public TimeSpan RoundTrip => _connection?.Session.RoundTrip ?? TimeSpan.Zero;

    /// <summary>Connections, losses, log lines and faults; the oldest are dropped when nobody reads.</summary>
    public ChannelReader<CoprocessorEvent> Events => _events.Reader;

    /// <summary>Begins to connect, and goes on for as long as the client lives.</summary>
    public void Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_run.IsCompleted && !_stopping.IsCancellationRequested)
                _run = Task.Run(RunAsync);
        }
    }

    /// <summary>Waits until the device can be used.</summary>
    public async Task<CoprocessorInfo> WaitReadyAsync(CancellationToken cancellationToken) =>
        (await ConnectedAsync(cancellationToken).ConfigureAwait(false)).Info;

    /// <summary>Ends the session and stops connecting.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _connected.TrySetException(new LinkException(LinkFailure.Closed, "The client was closed."));
        _ = _connected.Task.Exception;
        _events.Writer.TryComplete();
        await _detectTimer.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    void ILinkMessageHandler.OnMessage(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        bool good = header.Type switch
        {
            MessageType.Result => _collector.Take(payload),
            MessageType.UploadState => TakeUploadState(header.Tag, payload),
            MessageType.Log => TakeEvent(CoprocessorEventKind.Log, payload),
            MessageType.Fault => TakeEvent(CoprocessorEventKind.Fault, payload),
            _ => TakeReply(header, payload),
        };
        if (!good)
            Counters.InvalidMessages++;
    }

    private async Task RunAsync()
    {
        TimeSpan delay = _options.MinReconnectDelay;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                State = CoprocessorState.Connecting;
                await ConnectOnceAsync().ConfigureAwait(false);
                delay = _options.MinReconnectDelay;
            }
            catch (Exception e) when (e is IOException or CoprocessorException or TimeoutException)
            {
                NoteFailure(e.Message);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }

            State = CoprocessorState.Disconnected;
            try
            {
                await Task.Delay(delay, _time, _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, _options.MaxReconnectDelay.Ticks));
        }

        State = CoprocessorState.Disconnected;
    }

    // Returns when a session that worked has ended.
    private async Task ConnectOnceAsync()
    {
        ITransport transport = await _factory.OpenAsync(_stopping.Token).ConfigureAwait(false);
        LinkSession session = await LinkSession
            .OpenAsync(transport, _options.Session, this, Counters, _time, _logger, _stopping.Token)
            .ConfigureAwait(false);
        LinkException? reason = null;
        try
        {
            CoprocessorInfo info = await QueryInfoAsync(session, session.Hello, _stopping.Token).ConfigureAwait(false);
            Publish(new Connection(session, info));
            reason = await session.Completion.WaitAsync(_stopping.Token).ConfigureAwait(false);
        }
        finally
        {
            await session.DisposeAsync().ConfigureAwait(false);
            Unpublish(reason ?? await session.Completion.ConfigureAwait(false));
        }

        NoteFailure(reason!.Message);
    }

    private void Publish(Connection connection)
    {
        LastError = null;
        State = CoprocessorState.Ready;
        LogConnected(
            _factory.Name,
            connection.Info.Hello.Board,
            connection.Info.Hello.FirmwareVersion,
            connection.Info.ActiveModel?.Name ?? "none"
        );
        lock (_lock)
        {
            _connection = connection;
            _connected.TrySetResult(connection);
        }

        Tell(CoprocessorEventKind.Connected, 0, connection.Info.Hello.Board);
    }

    private void Unpublish(LinkException reason)
    {
        Connection? was;
        lock (_lock)
        {
            was = _connection;
            _connection = null;
            if (_connected.Task.IsCompleted)
                _connected = new TaskCompletionSource<Connection>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        FailReply(reason);
        _collector.Fail(new LinkException(reason.Failure, reason.Message));
        _uploadChanged.Set();
        if (was is null)
            return;
        was.Gone.TrySetResult();
        Tell(CoprocessorEventKind.Disconnected, 0, reason.Message);
    }

    private void NoteFailure(string message)
    {
        if (message == LastError)
            LogStillLost(_factory.Name, message);
        else
            LogLost(_factory.Name, message);
        LastError = message;
    }

    private async ValueTask<Connection> ConnectedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<Connection> connected;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                connected = _connected.Task;
            }

            Connection connection = await connected.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!connection.Session.Completion.IsCompleted)
                return connection;
            await connection.Gone.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Connection ConnectedNow() =>
        _connection
        ?? throw new LinkException(
            LinkFailure.TransportLost,
            $"The coprocessor at {_factory.Name} is not connected{(LastError is null ? "" : ": " + LastError.TrimEnd('.'))}."
        );

    private bool TakeEvent(CoprocessorEventKind kind, ReadOnlySpan<byte> payload)
    {
        const int Head = 8;
        if (payload.Length < Head)
            return false;
        string text = WireText.Read(payload[Head..]);
        if (kind == CoprocessorEventKind.Fault)
            LogFault(payload[4], text);
        else
            LogDevice(
                payload[4] switch
                {
                    0 => LogLevel.Debug,
                    1 => LogLevel.Information,
                    2 => LogLevel.Warning,
                    _ => LogLevel.Error,
                },
                text
            );
        Tell(kind, payload[4], text);
        return true;
    }

    private void Tell(CoprocessorEventKind kind, byte level, string text) =>
        _events.Writer.TryWrite(new CoprocessorEvent(kind, _time.GetUtcNow(), level, text));

    private sealed class Connection(LinkSession session, CoprocessorInfo info)
    {
        public LinkSession Session { get; } = session;

        public CoprocessorInfo Info { get; set; } = info;

        public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
