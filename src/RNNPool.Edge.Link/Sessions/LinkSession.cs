using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Link.Sessions;

/// <summary>A session with a device over an open line: handshake, reliable messages both ways, heartbeats.</summary>
public sealed partial class LinkSession : IAsyncDisposable, ILinkObserver
{
    private const int BufferSize = 8192;
    private const double PollInterval = 100;
    private static readonly TimeSpan s_farewell = TimeSpan.FromMilliseconds(100);

    private readonly ITransport _transport;
    private readonly ILinkMessageHandler _handler;
    private readonly ILogger _logger;
    private readonly LinkStateMachine _machine;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _sender = new(1, 1);
    private readonly AsyncSignal _outputDue = new();
    private readonly AsyncSignal _roomFreed = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<DeviceHello> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<LinkException> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SessionClock _clock;
    private Task _loops = Task.CompletedTask;
    private Exception? _fault;
    private bool _isWriting;

    private LinkSession(
        ITransport transport,
        LinkSessionOptions options,
        ILinkMessageHandler handler,
        LinkCounters counters,
        TimeProvider time,
        ILogger logger
    )
    {
        _transport = transport;
        _handler = handler;
        _logger = logger;
        uint nonce = (uint)RandomNumberGenerator.GetInt32(int.MaxValue) | 1;
        _machine = new LinkStateMachine(nonce, options, counters, this);
        _clock = new SessionClock(time, () => _ = RunAsync(PollAsync));
    }

    /// <summary>The HELLO of the device.</summary>
    public DeviceHello Hello { get; private set; } = new();

    /// <summary>Completes when the session has ended, with the reason.</summary>
    public Task<LinkException> Completion => _closed.Task;

    /// <summary>Payload size in bytes that the line carries well at the moment.</summary>
    public int PayloadLimit => _machine.PayloadLimit;

    /// <summary>Smoothed time from sending a message to its acknowledgement.</summary>
    public TimeSpan RoundTrip => TimeSpan.FromMilliseconds(_machine.RoundTrip);

    /// <summary>Performs the handshake. The session owns the line from here on, and closes it also after a failure.</summary>
    /// <exception cref="LinkException">There is no device, or no version in common.</exception>
    public static async Task<LinkSession> OpenAsync(
        ITransport transport,
        LinkSessionOptions options,
        ILinkMessageHandler handler,
        LinkCounters counters,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is string error)
            throw new ArgumentException(error, nameof(options));
        var session = new LinkSession(transport, options, handler, counters, time, logger);
        try
        {
            session.Hello = await session.StartAsync(cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Queues a message, after a wait while the window is full. The device receives it once and in order unless the session ends.
    /// </summary>
    /// <exception cref="LinkException">The session has ended.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(MessageType type, byte tag, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await _sender.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!TrySend(type, tag, payload.Span))
            {
                using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
                    static state => ((AsyncSignal)state!).Set(),
                    _roomFreed
                );
                await _roomFreed.WaitAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _sender.Release();
        }
    }

    /// <summary>Ends the session and closes the line.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _machine.Close(LinkFailure.Closed, "The link was closed.");
        _outputDue.Set();
        await _loops.ConfigureAwait(false);
        await _clock.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    void ILinkObserver.OnReady(DeviceHello hello) => _ready.TrySetResult(hello);

    void ILinkObserver.OnMessage(in FrameHeader header, ReadOnlySpan<byte> payload) => _handler.OnMessage(header, payload);

    void ILinkObserver.OnClosed(LinkFailure failure, string reason)
    {
        var exception = new LinkException(failure, reason, _fault);
        LogClosed(_transport.Name, failure, reason);
        _closed.TrySetResult(exception);
        _ready.TrySetException(exception);
        _ = _ready.Task.Exception; // marks it as observed
        if (failure == LinkFailure.Closed)
            _stopping.CancelAfter(s_farewell);
        else
            _ = _stopping.CancelAsync(); // a write to a dead line may hang
        _outputDue.Set();
        _roomFreed.Set();
    }

    private async Task<DeviceHello> StartAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            _machine.Start(_clock.Now);
        _loops = Task.WhenAll(RunAsync(ReadLoopAsync), RunAsync(WriteLoopAsync));
        return await _ready.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool TrySend(MessageType type, byte tag, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (_machine.State == LinkState.Closed)
            {
                LinkException reason = _closed.Task.Result;
                throw new LinkException(reason.Failure, reason.Message);
            }

            if (!_machine.TrySend(type, tag, payload, _clock.Now))
                return false;
        }

        _outputDue.Set();
        return true;
    }

    private Task PollAsync()
    {
        lock (_lock)
        {
            double now = _clock.Now;
            _machine.Poll(now);

            // While the line accepts no bytes, the write loop does not schedule the timeouts that end the session.
            if (_isWriting)
                _clock.Schedule(Math.Max(_machine.NextDeadline(), now + PollInterval), now);
        }

        _outputDue.Set();
        return Task.CompletedTask;
    }

    private async Task ReadLoopAsync()
    {
        byte[] buffer = new byte[BufferSize];
        while (true)
        {
            int count = await _transport.ReadAsync(buffer, _stopping.Token).ConfigureAwait(false);
            if (count == 0)
                throw new IOException($"{_transport.Name} was closed.");
            lock (_lock)
                _machine.Receive(buffer.AsSpan(0, count), _clock.Now);
            _outputDue.Set();
            _roomFreed.Set();
        }
    }

    private async Task WriteLoopAsync()
    {
        byte[] buffer = new byte[BufferSize];
        while (true)
        {
            int count = Produce(buffer, out bool closed);
            if (count > 0)
                await _transport.WriteAsync(buffer.AsMemory(0, count), _stopping.Token).ConfigureAwait(false);
            else if (closed)
                break;
            else
                await _outputDue.WaitAsync().ConfigureAwait(false);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
    }

    // Runs a part of the session. Any exception ends the session and reaches its owner.
    private async Task RunAsync(Func<Task> part)
    {
        try
        {
            await part().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested) { }
        catch (IOException e)
        {
            lock (_lock)
                _machine.Close(LinkFailure.TransportLost, e.Message);
        }
#pragma warning disable CA1031 // Without this the part would end unnoticed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            lock (_lock)
            {
                if (_machine.State != LinkState.Closed)
                    _fault = e;
                _machine.Close(LinkFailure.Fault, $"The link failed ({e.GetType().Name}: {e.Message}).");
            }
        }
    }

    private int Produce(Span<byte> buffer, out bool closed)
    {
        lock (_lock)
        {
            double now = _clock.Now;
            int count = _machine.Produce(buffer, now);
            closed = _machine.State == LinkState.Closed;
            _isWriting = count > 0;
            _clock.Schedule(_machine.NextDeadline(), now);
            return count;
        }
    }
}
