using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RNNPool.Edge.Link.Framing;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Link.Sessions;
using RNNPool.Edge.Link.Transports;

namespace RNNPool.Edge.Link.Coprocessor;

/// <summary>A coprocessor: keeps a session with it, reconnects after a loss, sends pictures, uploads models.</summary>
/// <remarks>
/// <para>Thread-safe. One picture and one upload at a time; further callers wait their turn.</para>
/// <para>
/// The connection is kept by a loop that the caller runs: <see cref="RunAsync"/> under the caller's supervision, or <see cref="Start"/>,
/// which restarts the loop itself. Losses of the line are part of the loop's work. Any other exception leaves <see cref="RunAsync"/> after
/// the state was cleaned up, so that a supervisor can log it and call the method again.
/// </para>
/// </remarks>
public sealed partial class CoprocessorClient : IAsyncDisposable
{
    private readonly CoprocessorClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _running = new(1, 1);
    private readonly Lock _lock = new();
    private readonly ConnectionSlot _slot;
    private readonly DeviceEvents _events;
    private readonly DeviceRequests _requests;
    private readonly PictureSender _pictures;
    private readonly ModelUploader _uploader;
    private readonly ConnectionLoop _loop;
    private Task _started = Task.CompletedTask;
    private bool _disposed;

    /// <summary>Creates a client. Nothing is opened before <see cref="RunAsync"/> or <see cref="Start"/>.</summary>
    /// <param name="factory">Opens the line, such as a <see cref="LinkEndpoint"/>.</param>
    /// <param name="options">Times and switches.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives losses, recoveries and the device's log lines.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
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
        _options = options;
        _time = time;
        _logger = logger;
        _slot = new ConnectionSlot(factory.Name);
        _events = new DeviceEvents(time, logger);
        _requests = new DeviceRequests(options, Counters, time);
        _pictures = new PictureSender(_slot, options, time);
        _uploader = new ModelUploader(_slot, _requests, options, time, logger);
        _loop = new ConnectionLoop(
            factory,
            options,
            _slot,
            new MessageRouter(_requests, _pictures, _uploader, _events, Counters),
            time,
            logger
        );
    }

    /// <summary>Whether the device can be used.</summary>
    public CoprocessorState State => _slot.State;

    /// <summary>Description of the device while <see cref="State"/> is <see cref="CoprocessorState.Ready"/>; otherwise null.</summary>
    public CoprocessorInfo? Info => _slot.Current?.Info;

    /// <summary>Why the last attempt or session ended; null before the first and while a session lasts.</summary>
    public string? LastError => _slot.LastError;

    /// <summary>Counters of this side over all sessions.</summary>
    public LinkCounters Counters { get; } = new();

    /// <summary>Smoothed time from a message to its acknowledgement; zero when not connected.</summary>
    public TimeSpan RoundTrip => _slot.Current?.Session.RoundTrip ?? TimeSpan.Zero;

    /// <summary>Connections, losses, log lines and faults. The oldest are dropped while there is no reader.</summary>
    public ChannelReader<CoprocessorEvent> Events => _events.Reader;

    /// <summary>
    /// Connects, and reconnects after every loss, until cancelled. One call at a time; a further call waits for the earlier one.
    /// </summary>
    /// <param name="cancellationToken">Ends the session and the loop.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the client was disposed.</exception>
    /// <exception cref="Exception"> A fault other than the loss of a line, such as an exception of the transport that is not an
    /// <see cref="IOException"/>. The session has ended, all callers that waited have got an exception, and the method can be called again.
    /// </exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await RunLoopAsync(stop.Token).ConfigureAwait(false);
    }

    /// <summary>Runs the loop in the background until the client is disposed. After a fault the loop is logged and restarted.</summary>
    public void Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_started.IsCompleted)
                _started = Task.Run(() => RunWithRestartsAsync(_stopping.Token));
        }
    }

    /// <summary>Waits until the device can be used.</summary>
    public async Task<CoprocessorInfo> WaitReadyAsync(CancellationToken cancellationToken) =>
        (await _slot.WaitAsync(cancellationToken).ConfigureAwait(false)).Info;

    /// <summary>Sends a grey picture of the model's input size and waits for the detections.</summary>
    /// <param name="pixels">Rows of one byte per pixel, from the top.</param>
    /// <param name="width">Width in pixels, 1 to the device's maximum.</param>
    /// <param name="height">Height in pixels, 1 to 65535.</param>
    /// <param name="stride">Bytes from row to row, at least <paramref name="width"/>.</param>
    /// <param name="model">First four bytes of the SHA-256 (little-endian) of the model that must be active; 0: any.</param>
    /// <param name="result">Is cleared and filled.</param>
    /// <param name="cancellationToken">Abandons the picture.</param>
    /// <exception cref="LinkException">The device is not connected, or was lost before it answered.</exception>
    /// <exception cref="CoprocessorException">The device refused or abandoned the picture, or its answer was invalid.</exception>
    /// <exception cref="TimeoutException">There was no result within <see cref="CoprocessorClientOptions.DetectTimeout"/>.</exception>
    public ValueTask DetectAsync(
        ReadOnlyMemory<byte> pixels,
        int width,
        int height,
        int stride,
        uint model,
        CoprocessorResult result,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(result);
        return _pictures.DetectAsync(Picture.Create(pixels, width, height, stride, model), result, cancellationToken);
    }

    /// <summary>Transfers a model to the device, has it verified and activated. Continues after lost connections.</summary>
    /// <param name="model">The model file.</param>
    /// <param name="progress">Receives the number of stored bytes; may be null.</param>
    /// <param name="cancellationToken">Stops; the stored part stays on the device for a later attempt.</param>
    /// <returns>The slot of the active model.</returns>
    /// <exception cref="CoprocessorException">The board has no writable slots, or the device refused the model.</exception>
    /// <exception cref="LinkException">
    /// The connection was lost <see cref="CoprocessorClientOptions.UploadAttempts"/> times without progress.
    /// </exception>
    public Task<SlotInfo> UploadAsync(
        ReadOnlyMemory<byte> model,
        IProgress<UploadProgress>? progress,
        CancellationToken cancellationToken
    ) => _uploader.UploadAsync(model, progress, cancellationToken);

    /// <summary>Requests the device's counters.</summary>
    /// <exception cref="LinkException">The device is not connected, or was lost.</exception>
    public async Task<DeviceStatistics> QueryStatisticsAsync(CancellationToken cancellationToken) =>
        await _requests.QueryStatisticsAsync(_slot.Require().Session, cancellationToken).ConfigureAwait(false);

    /// <summary>Requests the device's model slots and updates <see cref="Info"/>.</summary>
    /// <exception cref="LinkException">The device is not connected, or was lost.</exception>
    public Task<CoprocessorInfo> RefreshAsync(CancellationToken cancellationToken) =>
        _requests.RefreshAsync(_slot.Require(), cancellationToken);

    /// <summary>Restarts the device. The session ends and a new one begins.</summary>
    /// <exception cref="LinkException">The device is not connected, or was lost.</exception>
    /// <exception cref="CoprocessorException">The board does not support it.</exception>
    public async Task RebootAsync(CancellationToken cancellationToken)
    {
        Connection connection = _slot.Require();
        DeviceHello hello = connection.Info.Hello;
        if (!hello.Capabilities.HasFlag(DeviceCapabilities.Reboot))
            throw new CoprocessorException(DeviceStatus.UnknownType, $"The board {hello.Board} does not support a restart by the host.");
        await connection.Session.SendAsync(MessageType.Reboot, 0, default, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the session and the loop.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _started.ConfigureAwait(false);
        await _running.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _slot.Close();
        _events.Complete();
        await _pictures.DisposeAsync().ConfigureAwait(false);
        _requests.Dispose();
        _uploader.Dispose();
        _running.Dispose();
        _stopping.Dispose();
    }

    private async Task RunLoopAsync(CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _loop.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _running.Release();
        }
    }

    private async Task RunWithRestartsAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await RunLoopAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A fault of one session must not end the loop without notice.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogFailed(_slot.Name, _options.MaxReconnectDelay.TotalSeconds, exception);
                await Task.Delay(_options.MaxReconnectDelay, _time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
