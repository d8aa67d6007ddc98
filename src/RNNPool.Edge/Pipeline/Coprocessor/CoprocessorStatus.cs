using System.Threading.Channels;
using RNNPool.Edge.Core;
using RNNPool.Edge.Link.Coprocessor;

namespace RNNPool.Edge.Pipeline.Coprocessor;

/// <summary>Whether the coprocessor may be used, and the counters of its frames. Thread-safe; counting a frame allocates nothing.</summary>
/// <param name="client">The link.</param>
/// <param name="time">Clock for the time of errors.</param>
internal sealed class CoprocessorStatus(CoprocessorClient client, TimeProvider time)
{
    private const string NotConnected = "The coprocessor is not connected.";

    private readonly Channel<bool> _reviews = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly TaskCompletionSource _firstReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DurationWindow _frames = new();
    private readonly DurationWindow _computing = new();
    private volatile CoprocessorInfo? _approved;
    private volatile string? _obstacle = NotConnected;
    private volatile Incident? _lastError;
    private volatile bool _isInUse;
    private long _coprocessorFrames;
    private long _hostFrames;
    private long _failures;
    private long _losses;
    private long _uploads;
    private long _verified;
    private long _differing;
    private int _uploadPercent = -1;
    private uint _arenaBytes;
    private uint _stackBytes;

    /// <summary>Raised when <see cref="IsInUse"/> has changed, on the thread of the detector. Handlers must return quickly.</summary>
    public event Action? UseChanged;

    /// <summary>Whether the coprocessor has processed the last frame.</summary>
    public bool IsInUse => _isInUse;

    /// <summary>The device that may receive frames: connected and running the right model. Null when there is none.</summary>
    public CoprocessorInfo? Approved => _approved;

    /// <summary>Why the coprocessor cannot be used; null when it can.</summary>
    public string? Obstacle => client.Info is null ? client.LastError ?? NotConnected : _obstacle;

    /// <summary>The last error.</summary>
    public Incident? LastError => _lastError;

    public long CoprocessorFrames => Interlocked.Read(ref _coprocessorFrames);

    public long HostFrames => Interlocked.Read(ref _hostFrames);

    /// <summary>Frames on which the coprocessor failed.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>How often the coprocessor was lost.</summary>
    public long Losses => Interlocked.Read(ref _losses);

    public long Uploads => Interlocked.Read(ref _uploads);

    public long VerifiedFrames => Interlocked.Read(ref _verified);

    public long DifferingFrames => Interlocked.Read(ref _differing);

    /// <summary>Progress of an upload in percent, 0 to 100; null when there is none.</summary>
    public int? UploadPercent => Volatile.Read(ref _uploadPercent) is >= 0 and int percent ? percent : null;

    /// <summary>Median time of a frame on the coprocessor in milliseconds, with the transfer in both directions.</summary>
    public double? FrameMilliseconds => _frames.MedianMilliseconds();

    /// <summary>Median computing time of the coprocessor per frame in milliseconds.</summary>
    public double? ComputeMilliseconds => _computing.MedianMilliseconds();

    public uint ArenaBytes => Volatile.Read(ref _arenaBytes);

    public uint StackBytes => Volatile.Read(ref _stackBytes);

    /// <summary>Completes when the coprocessor can be used for the first time.</summary>
    public Task FirstReady => _firstReady.Task;

    /// <summary>Requests to compare the coprocessor's model again.</summary>
    public ChannelReader<bool> Reviews => _reviews.Reader;

    public void Approve(CoprocessorInfo info)
    {
        (_approved, _obstacle) = (info, null);
        _firstReady.TrySetResult();
    }

    public void Reject(string obstacle)
    {
        if (_approved is not null)
            Interlocked.Increment(ref _losses);
        (_obstacle, _approved) = (obstacle, null);
    }

    public void RequestReview() => _reviews.Writer.TryWrite(true);

    public void RecordError(string message) => _lastError = new Incident(message, time.GetUtcNow());

    public void SetUploadProgress(int? percent) => Volatile.Write(ref _uploadPercent, percent ?? -1);

    public void CountUpload() => Interlocked.Increment(ref _uploads);

    public void CountCoprocessorFrame(CoprocessorResult result)
    {
        Interlocked.Increment(ref _coprocessorFrames);
        SetInUse(true);
        _frames.Add(result.Elapsed);
        if (result.ComputeTime > TimeSpan.Zero)
            _computing.Add(result.ComputeTime);
        Volatile.Write(ref _arenaBytes, result.ArenaBytes);
        Volatile.Write(ref _stackBytes, result.StackBytes);
    }

    public void CountHostFrame()
    {
        Interlocked.Increment(ref _hostFrames);
        SetInUse(false);
    }

    public void CountFailure() => Interlocked.Increment(ref _failures);

    public void CountVerifiedFrame(bool equal)
    {
        Interlocked.Increment(ref _verified);
        if (!equal)
            Interlocked.Increment(ref _differing);
    }

    private void SetInUse(bool inUse)
    {
        if (_isInUse == inUse)
            return;
        _isInUse = inUse;
        UseChanged?.Invoke();
    }

    /// <summary>An error.</summary>
    /// <param name="Message">One sentence.</param>
    /// <param name="Time">When (UTC).</param>
    public sealed record Incident(string Message, DateTimeOffset Time);
}
