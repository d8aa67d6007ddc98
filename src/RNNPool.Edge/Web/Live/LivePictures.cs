using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Web.Live;

/// <summary>
/// The live view: bounded viewers, one encoding for all viewers of the same format, and one picture encoded at a time on a thread of low
/// priority, so that the detector keeps its processor regardless of the number of viewers. Nothing runs without viewers. Viewers elsewhere
/// are disconnected when pictures may no longer leave the device. Thread-safe.
/// </summary>
internal sealed partial class LivePictures : IImageHolder, IDisposable
{
    /// <summary>Most viewers at a time.</summary>
    public const int MaxViewers = 16;

    /// <summary>Lowest and highest rate of a viewer in pictures per second.</summary>
    public const double MinRate = 1,
        MaxRate = 15;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Camera, LiveFormat Format), LiveEncoding> _encodings = [];
    private readonly List<LiveViewer> _viewers = [];
    private readonly EncodingThread _thread = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CameraSet _cameras;
    private readonly IDetector _detector;
    private readonly ImagePolicy _policy;
    private readonly LoopSupervisor _supervisor;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _encoded;
    private bool _reported;

    public LivePictures(
        CameraSet cameras,
        IDetector detector,
        ImagePolicy policy,
        LoopSupervisor supervisor,
        TimeProvider time,
        ILogger<LivePictures> logger
    )
    {
        _cameras = cameras;
        _detector = detector;
        _policy = policy;
        _supervisor = supervisor;
        _time = time;
        _logger = logger;
        policy.Changed += Apply;
    }

    public IReadOnlyList<string> Labels => _detector.Labels;

    public string HolderName => "live view";

    public bool HoldsImages
    {
        get
        {
            lock (_lock)
                return _viewers.Any(viewer => viewer.NeedsPermission);
        }
    }

    /// <summary>Number of viewers.</summary>
    public int Viewers
    {
        get
        {
            lock (_lock)
                return _viewers.Count;
        }
    }

    /// <summary>Pictures encoded since the start.</summary>
    public long Encoded => Interlocked.Read(ref _encoded);

    /// <summary>Adds a viewer, which leaves when it is disposed.</summary>
    /// <param name="format">Size and content of its pictures.</param>
    /// <param name="rate">Pictures per second, at most.</param>
    /// <param name="needsPermission">Whether its pictures leave the device.</param>
    /// <param name="camera">The camera; null for the main one.</param>
    /// <returns>Null when there are <see cref="MaxViewers"/> already.</returns>
    public LiveViewer? Join(LiveFormat format, double rate, bool needsPermission = false, CameraPorts? camera = null)
    {
        LiveViewer viewer;
        camera ??= _cameras[0];
        lock (_lock)
        {
            if (_viewers.Count >= MaxViewers)
                return null;
            if (!_encodings.TryGetValue((camera.Name, format), out LiveEncoding? encoding))
                _encodings[(camera.Name, format)] = encoding = new LiveEncoding(this, camera, format, _time);
            viewer = new LiveViewer(this, encoding, TimeSpan.FromSeconds(1 / Math.Clamp(rate, MinRate, MaxRate)), needsPermission);
            _viewers.Add(viewer);
            encoding.Join(viewer);
        }

        // The permission may have been withdrawn after the caller checked it and before the viewer was in the list.
        if (!_policy.Allowed && needsPermission)
            viewer.Withdraw();
        return viewer;
    }

    /// <summary>Removes a viewer.</summary>
    public void Leave(LiveViewer viewer)
    {
        lock (_lock)
            _viewers.Remove(viewer);
    }

    /// <summary>Runs the loop of an encoding until it returns; a loop that fails is restarted.</summary>
    public Task RunAsync(CameraPorts camera, LiveFormat format, Func<CancellationToken, Task> loop)
    {
        string of = _cameras.Count == 1 ? "" : $" of {camera.Name}";
        string name = $"live view{of} of {format.Width} pixels{(format.Boxes ? " with boxes" : "")}";
        return Task.Run(() => _supervisor.RunAsync(name, loop, _stop.Token));
    }

    /// <summary>Encodes a picture when the thread is free.</summary>
    /// <returns>Null when the codec refused the frame; the log reports the first refusal.</returns>
    public async Task<LivePicture?> EncodeAsync(Func<byte[]> encode, Frame frame)
    {
        try
        {
            byte[] jpeg = await _thread.RunAsync(encode).ConfigureAwait(false);
            Interlocked.Increment(ref _encoded);
            return new LivePicture(jpeg, frame.Sequence, frame.Time.Wall.UtcDateTime);
        }
#pragma warning disable CA1031 // A frame that the codec refuses must not end the live view: the next one may be good.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_reported)
                LogRefused(exception.Message);
            _reported = true;
            return null;
        }
    }

    public void Dispose()
    {
        _policy.Changed -= Apply;

        // Not disposed: the container disposes a service once for each interface, and an encoding may still observe the token.
        _stop.Cancel();
    }

    private void Apply(bool allowed)
    {
        if (allowed)
            return;
        LiveViewer[] viewers;
        lock (_lock)
            viewers = [.. _viewers.Where(viewer => viewer.NeedsPermission)];
        foreach (LiveViewer viewer in viewers)
            viewer.Withdraw();
    }

    [LoggerMessage(2000, LogLevel.Warning, "The live view cannot encode frames: {Reason}")]
    private partial void LogRefused(string reason);
}
