using RNNPool.Edge.Core;
using RNNPool.Edge.Pipeline;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Web.Stream;

/// <summary>
/// Publishes changes to all subscribers as server-sent events. One loop collects them ten times a second while there are subscribers, and
/// serializes each message once. A loop that fails is logged, reported in health, and restarted. Thread-safe.
/// </summary>
internal sealed class LiveStream : IDisposable
{
    /// <summary>Most subscribers at a time.</summary>
    public const int MaxListeners = 32;

    /// <summary>Time between two rounds; detections are published no faster.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Least time between two messages of the state.</summary>
    public static readonly TimeSpan StateInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Most time between two messages of the state.</summary>
    public static readonly TimeSpan MaxStateInterval = TimeSpan.FromSeconds(5);

    /// <summary>The detail of a refusal because of <see cref="MaxListeners"/>.</summary>
    public static readonly string FullDetail = $"The stream has {MaxListeners} subscribers already; close one of them.";

    private readonly Lock _lock = new();
    private readonly StreamSources _sources;
    private readonly EventBacklog _backlog;
    private readonly CameraSet _cameras;
    private readonly IReadOnlyList<string> _labels;
    private readonly LoopSupervisor _supervisor;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private StreamListener[] _listeners = [];
    private StreamRound? _round;

    public LiveStream(
        StreamSources sources,
        EventBacklog backlog,
        CameraSet cameras,
        IDetector detector,
        LoopSupervisor supervisor,
        TimeProvider time
    )
    {
        _sources = sources;
        _backlog = backlog;
        _cameras = cameras;
        _labels = detector.Labels;
        _supervisor = supervisor;
        _time = time;
    }

    /// <summary>Number of subscribers.</summary>
    public int Listeners
    {
        get
        {
            lock (_lock)
                return _listeners.Length;
        }
    }

    /// <summary>Adds a subscriber, which leaves when it is disposed. Its first message is the state.</summary>
    /// <param name="log">Whether it receives messages of the log.</param>
    /// <param name="resume">The position after the last event that it has received; null to receive future events only.</param>
    /// <param name="camera">The camera whose detections it receives; null for the main one.</param>
    /// <returns>Null when there are <see cref="MaxListeners"/> already.</returns>
    public StreamListener? Listen(bool log, EventPosition? resume = null, CameraPorts? camera = null)
    {
        lock (_lock)
        {
            if (_listeners.Length >= MaxListeners)
                return null;

            // The round is created before the state, so that a change in between is published by the round.
            StreamRound round = _round ?? new StreamRound(_sources, _time);
            var listener = new StreamListener(this, log, (camera ?? _cameras[0]).Name, CreateBacklog(round, resume));
            _listeners = [.. _listeners, listener];
            if (_round is not null)
                return listener;
            _round = round;
            _ = Task.Run(() => _supervisor.RunAsync("event stream", cancellationToken => RunAsync(round, cancellationToken), _stop.Token));
            return listener;
        }
    }

    /// <summary>Removes a subscriber.</summary>
    public void Remove(StreamListener listener)
    {
        lock (_lock)
            _listeners = [.. _listeners.Where(other => !ReferenceEquals(other, listener))];
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <summary>The state and the missed events. Events that the next round publishes are not part of it.</summary>
    private List<StreamMessage> CreateBacklog(StreamRound round, EventPosition? resume)
    {
        (long total, IReadOnlyList<PresenceEvent> newest) = EventBacklog.Snapshot(_sources.Events);
        IReadOnlyList<PresenceEvent> published = [.. newest.Skip((int)Math.Min(total - round.SeenEvents, newest.Count))];
        EventPosition position = _backlog.Current(published);
        var messages = new List<StreamMessage>();
        if (resume is { } last)
            messages.AddRange(_backlog.Read(last, published, isComplete: published.Count >= round.SeenEvents));
        messages.Insert(
            0,
            StreamMessage.Create(
                StreamMessage.State,
                _sources.State.Create(),
                WebJson.Default.StateReport,
                messages.Count == 0 ? position : null
            )
        );
        if (messages.Count > 1 && messages[^1].Name == StreamMessage.Gap)
            messages.Add(StreamMessage.CreatePosition(position));
        return messages;
    }

    private async Task RunAsync(StreamRound round, CancellationToken cancellationToken)
    {
        DetectionFeed[] feeds = [.. _cameras.Select(camera => new DetectionFeed(camera.Name, _labels))];
        for (int i = 0; i < feeds.Length; i++)
            _cameras[i].Tap.Add(feeds[i]);
        try
        {
            using var timer = new PeriodicTimer(Interval, _time);
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!Publish(round, feeds))
                    return;
            }
        }
        finally
        {
            for (int i = 0; i < feeds.Length; i++)
                _cameras[i].Tap.Remove(feeds[i]);
        }
    }

    /// <returns>False when there are no subscribers left.</returns>
    private bool Publish(StreamRound round, DetectionFeed[] feeds)
    {
        // Within the lock, so that a new subscriber receives a change either with its state or as a message, and not twice or never.
        lock (_lock)
        {
            if (_listeners.Length == 0)
            {
                _round = null;
                return false;
            }

            IEnumerable<DetectionFeed> wanted = feeds.Where(feed => _listeners.Any(listener => listener.Camera == feed.Camera));
            foreach (StreamMessage message in round.Collect(wanted))
            {
                foreach (StreamListener listener in _listeners)
                    listener.Offer(message);
            }

            return true;
        }
    }
}
