using System.Runtime.CompilerServices;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;
using RNNPool.Edge.Link.Messages;
using RNNPool.Edge.Pipeline.Engines;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;
using RNNPool.Edge.Vision.Geometry;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>
/// Sends frames to the coprocessor while it is connected and holds the right model. A frame on which the coprocessor fails goes to the
/// host's engine at once, so that every frame has exactly one outcome; then the coprocessor is paused, longer after every failure. Without
/// a host engine such a frame is lost.
/// </summary>
/// <param name="client">The link.</param>
/// <param name="coprocessor">The engine on the coprocessor.</param>
/// <param name="host">The engine on this machine; null when the coprocessor is the only one. It is disposed with this detector.</param>
/// <param name="verifier">Compares the coprocessor's results with the interpreter's; may be null.</param>
/// <param name="status">Whether the coprocessor may be used, and the counters of frames.</param>
/// <param name="options">Lengths of the pauses.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Receives changes of the engine.</param>
internal sealed partial class FailoverDetector(
    CoprocessorClient client,
    CoprocessorDetector coprocessor,
    IDetector? host,
    ResultVerifier? verifier,
    CoprocessorStatus status,
    CoprocessorOptions options,
    TimeProvider time,
    ILogger<FailoverDetector> logger
) : IDetector
{
    /// <summary>Frames in a row without a failure after which the pause starts again from its first length.</summary>
    private const int ProvenFrames = 20;

    private readonly ILogger _logger = logger;
    private readonly Backoff _backoff = new(options.Rest, options.MaxRest);
    private readonly Lock _lock = new();
    private long _pauseStart;
    private TimeSpan _pause;
    private int _proven;
    private volatile bool _onCoprocessor;

    /// <inheritdoc/>
    /// <remarks>The engine of the last frame.</remarks>
    public string Engine => _onCoprocessor || host is null ? coprocessor.Engine : host.Engine;

    /// <inheritdoc/>
    public string Model => coprocessor.Model;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => coprocessor.Labels;

    /// <inheritdoc/>
    public bool LocatesObjects => coprocessor.LocatesObjects;

    /// <summary>Whether the coprocessor is paused after a failure.</summary>
    public bool IsPaused
    {
        get
        {
            lock (_lock)
                return _pause > TimeSpan.Zero && time.GetElapsedTime(_pauseStart) < _pause;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DetectorUnavailableException">The coprocessor cannot be used, and it is the only engine.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask DetectAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(results);
        long start = time.GetTimestamp();
        if (IsUsable() && await TryCoprocessorAsync(frame, results, cancellationToken).ConfigureAwait(false))
            return;
        if (host is null)
            throw new DetectorUnavailableException(status.Obstacle ?? status.LastError?.Message ?? "The coprocessor is not connected.");
        await host.DetectAsync(frame, results, cancellationToken).ConfigureAwait(false);
        results.Duration = time.GetElapsedTime(start);
        status.CountHostFrame();
        SetEngine(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        coprocessor.Dispose();
        host?.Dispose();
    }

    // The same reference means that the session whose model was compared is still the current one.
    private bool IsUsable() =>
        client.State == CoprocessorState.Ready && status.Approved is { } approved && ReferenceEquals(client.Info, approved) && !IsPaused;

    private async ValueTask<bool> TryCoprocessorAsync(Frame frame, DetectionList results, CancellationToken cancellationToken)
    {
        try
        {
            await coprocessor.DetectAsync(frame, results, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or CoprocessorException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Pause(exception);
            return false;
        }

        status.CountCoprocessorFrame(coprocessor.LastResult);
        if (++_proven >= ProvenFrames)
            _backoff.Reset();
        SetEngine(true);
        verifier?.Verify(frame, results);
        return true;
    }

    private void Pause(Exception exception)
    {
        _proven = 0;
        status.CountFailure();
        status.RecordError(exception.Message);
        TimeSpan pause = _backoff.Next();
        lock (_lock)
            (_pauseStart, _pause) = (time.GetTimestamp(), pause);
        LogFailed(exception.Message, pause.TotalSeconds);
        if (exception is CoprocessorException { Status: DeviceStatus.WrongModel or DeviceStatus.NoModel or DeviceStatus.WrongSize })
            status.RequestReview();
    }

    private void SetEngine(bool onCoprocessor)
    {
        if (_onCoprocessor == onCoprocessor)
            return;
        _onCoprocessor = onCoprocessor;
        if (onCoprocessor)
            LogCoprocessor();
        else
            LogHost(host!.Engine, status.Obstacle ?? status.LastError?.Message ?? "");
    }
}
