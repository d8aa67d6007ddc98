using System.Runtime.CompilerServices;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>
/// Gives frames to the coprocessor while it is there and holds the right model. A frame that it fails on is given to the host's engine at once, so
/// that every frame has exactly one outcome; then the coprocessor rests, longer with every failure. Without a host's engine such a frame is lost.
/// </summary>
internal sealed partial class FailoverDetector : IDetector
{
    /// <summary>Frames in a row without a failure after which earlier failures are forgotten.</summary>
    private const int ProvenFrames = 20;

    private readonly CoprocessorClient _client;
    private readonly CoprocessorDetector _coprocessor;
    private readonly IDetector? _host;
    private readonly ResultVerifier? _verifier;
    private readonly CoprocessorStatus _status;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Backoff _backoff;
    private readonly Lock _lock = new();
    private long _restStart;
    private TimeSpan _rest;
    private int _proven;
    private volatile bool _onCoprocessor;

    /// <param name="client">The link.</param>
    /// <param name="coprocessor">The engine on the coprocessor.</param>
    /// <param name="host">The engine on this machine; null when the coprocessor is the only one. It is disposed with this.</param>
    /// <param name="verifier">Compares the coprocessor's frames with the interpreter's; may be null.</param>
    /// <param name="status">What stands between the device and its coprocessor.</param>
    /// <param name="options">Times of rest.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where changes of the engine are told.</param>
    public FailoverDetector(
        CoprocessorClient client,
        CoprocessorDetector coprocessor,
        IDetector? host,
        ResultVerifier? verifier,
        CoprocessorStatus status,
        CoprocessorOptions options,
        TimeProvider time,
        ILogger<FailoverDetector> logger
    )
    {
        (_client, _coprocessor, _host, _verifier, _status, _time, _logger) = (client, coprocessor, host, verifier, status, time, logger);
        _backoff = new Backoff(options.Rest, options.MaxRest);
    }

    /// <inheritdoc/>
    /// <remarks>That of the last frame.</remarks>
    public string Engine => _onCoprocessor || _host is null ? _coprocessor.Engine : _host.Engine;

    /// <inheritdoc/>
    public string Model => _coprocessor.Model;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => _coprocessor.Labels;

    /// <summary>Whether the coprocessor rests after a failure.</summary>
    public bool IsResting
    {
        get
        {
            lock (_lock)
                return _rest > TimeSpan.Zero && _time.GetElapsedTime(_restStart) < _rest;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DetectorUnavailableException">The coprocessor cannot be used, and it is the only engine.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(results);
        long start = _time.GetTimestamp();
        if (IsUsable() && await TryCoprocessorAsync(frame, results, cancellationToken).ConfigureAwait(false))
            return;
        if (_host is null)
            throw new DetectorUnavailableException(_status.Obstacle ?? _status.LastError?.Message ?? "The coprocessor is not connected.");
        await _host.DetectAsync(frame, results, cancellationToken).ConfigureAwait(false);
        results.Duration = _time.GetElapsedTime(start);
        _status.FrameByHost();
        NoteEngine(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _coprocessor.Dispose();
        _host?.Dispose();
    }

    // The reference says that it is this very session whose model was looked at.
    private bool IsUsable() =>
        _client.State == CoprocessorState.Ready
        && _status.Approved is { } approved
        && ReferenceEquals(_client.Info, approved)
        && !IsResting;

    private async ValueTask<bool> TryCoprocessorAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
    {
        try
        {
            await _coprocessor.DetectAsync(frame, results, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or CoprocessorException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Rest(exception);
            return false;
        }

        _status.FrameByCoprocessor(_coprocessor.LastResult);
        if (++_proven >= ProvenFrames)
            _backoff.Reset();
        NoteEngine(true);
        _verifier?.Verify(frame, results);
        return true;
    }

    private void Rest(Exception exception)
    {
        _proven = 0;
        _status.FrameFailed();
        _status.NoteError(exception.Message);
        TimeSpan rest = _backoff.Next();
        lock (_lock)
            (_restStart, _rest) = (_time.GetTimestamp(), rest);
        LogFailed(exception.Message, rest.TotalSeconds);
        if (exception is CoprocessorException { Status: DeviceStatus.WrongModel or DeviceStatus.NoModel or DeviceStatus.WrongSize })
            _status.RequestReview();
    }

    private void NoteEngine(bool coprocessor)
    {
        if (_onCoprocessor == coprocessor)
            return;
        _onCoprocessor = coprocessor;
        if (coprocessor)
            LogTakesOver();
        else
            LogHost(_host!.Engine, _status.Obstacle ?? _status.LastError?.Message ?? "");
    }
}
