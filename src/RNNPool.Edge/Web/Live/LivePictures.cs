using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Web.Live;

/// <summary>
/// The live view: bounded viewers, one encoding for all who look at the same, and one picture encoded at a time on a thread that lets others go first,
/// so that however many look, the detector keeps its processor. Nothing of it runs while nobody looks. Thread-safe.
/// </summary>
internal sealed partial class LivePictures(FrameTap tap, IDetector detector, TimeProvider time, ILogger<LivePictures> logger)
{
    /// <summary>Most viewers at a time.</summary>
    public const int MaxViewers = 16;

    /// <summary>Slowest and fastest rate of a viewer in pictures per second.</summary>
    public const double MinRate = 1,
        MaxRate = 15;

    private readonly Lock _lock = new();
    private readonly Dictionary<LiveLook, LiveEncoding> _encodings = [];
    private readonly EncodingThread _thread = new();
    private int _viewers;
    private long _encoded;
    private bool _told;

    public FrameTap Tap => tap;

    public IReadOnlyList<string> Labels => detector.Labels;

    /// <summary>How many look now.</summary>
    public int Viewers => Volatile.Read(ref _viewers);

    /// <summary>Pictures encoded since the start.</summary>
    public long Encoded => Interlocked.Read(ref _encoded);

    /// <summary>Looks from now on, until it is disposed.</summary>
    /// <param name="look">What is looked at.</param>
    /// <param name="rate">Pictures per second, at most.</param>
    /// <returns>Null when <see cref="MaxViewers"/> look already.</returns>
    public LiveViewer? Join(LiveLook look, double rate)
    {
        lock (_lock)
        {
            if (_viewers >= MaxViewers)
                return null;
            _viewers++;
            if (!_encodings.TryGetValue(look, out LiveEncoding? encoding))
                _encodings[look] = encoding = new LiveEncoding(this, look, time);
            return encoding.Join(TimeSpan.FromSeconds(1 / Math.Clamp(rate, MinRate, MaxRate)));
        }
    }

    /// <summary>A viewer has left.</summary>
    public void Left() => Interlocked.Decrement(ref _viewers);

    /// <summary>Encodes one picture when it is its turn.</summary>
    /// <returns>Null when the codec refused, which is told once.</returns>
    public async Task<LivePicture?> EncodeAsync(Func<byte[]> encode, Frame frame)
    {
        try
        {
            byte[] jpeg = await _thread.RunAsync(encode).ConfigureAwait(false);
            Interlocked.Increment(ref _encoded);
            return new LivePicture(jpeg, frame.Sequence, frame.Time.Wall.UtcDateTime);
        }
#pragma warning disable CA1031 // Whatever a frame does to the codec: the next one may do better.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_told)
                LogRefused(exception.Message);
            _told = true;
            return null;
        }
    }

    [LoggerMessage(2000, LogLevel.Warning, "The live view stays dark: {Reason}")]
    private partial void LogRefused(string reason);
}
