using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Pipeline.Inference;
using RNNPool.Edge.Vision.Detectors;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Web.Stream;

/// <summary>
/// Tells everybody who listens what changes, as server-sent events. One loop looks round ten times a second while there are listeners, and writes
/// each message once for all of them; a listener that is slow misses messages. Thread-safe.
/// </summary>
internal sealed class LiveStream(IServiceProvider services, TimeProvider time)
{
    /// <summary>Most listeners at a time.</summary>
    public const int MaxListeners = 32;

    /// <summary>How often is looked round; detections come no faster.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Least time between two messages of the state.</summary>
    public static readonly TimeSpan StateInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Most time between two messages of the state.</summary>
    public static readonly TimeSpan StatePatience = TimeSpan.FromSeconds(5);

    /// <summary>Messages that wait for one listener before the oldest is dropped.</summary>
    private const int QueueLength = 64;

    private readonly Lock _lock = new();
    private Listener[] _listeners = [];
    private bool _runs;

    /// <summary>How many listen now.</summary>
    public int Listeners
    {
        get
        {
            lock (_lock)
                return _listeners.Length;
        }
    }

    /// <summary>Listens from now on, until it is disposed; the first message is the state.</summary>
    /// <param name="log">Whether messages of the log are wanted.</param>
    /// <returns>Null when <see cref="MaxListeners"/> listen already.</returns>
    public Listener? Listen(bool log)
    {
        lock (_lock)
        {
            if (_listeners.Length >= MaxListeners)
                return null;

            // What happens from here on is told, however late the loop begins: first it is noted what is old, then the state is taken.
            StreamRound? first = _runs ? null : new StreamRound(services, time);
            var listener = new Listener(this, log);
            listener.Offer(Message("state", StateReports.Of(services), StateJson.Default.StateReport));
            _listeners = [.. _listeners, listener];
            if (first is null)
                return listener;
            _runs = true;
            _ = Task.Run(() => RunAsync(first));
            return listener;
        }
    }

    private async Task RunAsync(StreamRound round)
    {
        var feed = new DetectionFeed(services.GetRequiredService<IDetector>().Labels);
        var tap = services.GetRequiredService<FrameTap>();
        tap.Add(feed);
        try
        {
            using var timer = new PeriodicTimer(Interval, time);
            while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                // Within the lock, so that whoever joins meanwhile gets either the state with what is told now in it, or the message.
                lock (_lock)
                {
                    if (_listeners.Length == 0)
                    {
                        _runs = false;
                        return;
                    }

                    foreach ((byte[] message, bool log) in round.Look(feed))
                    {
                        foreach (Listener listener in _listeners)
                        {
                            if (!log || listener.Log)
                                listener.Offer(message);
                        }
                    }
                }
            }
        }
        finally
        {
            tap.Remove(feed);
        }
    }

    /// <summary>One message as it goes over the wire.</summary>
    internal static byte[] Message<T>(string name, T value, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        buffer.Write(Encoding.UTF8.GetBytes($"event: {name}\ndata: "));
        using (var writer = new Utf8JsonWriter(buffer))
            JsonSerializer.Serialize(writer, value, type);
        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Somebody who listens.</summary>
    internal sealed class Listener(LiveStream owner, bool log) : IDisposable
    {
        private readonly Channel<byte[]> _queue = Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }
        );

        /// <summary>Whether messages of the log are wanted.</summary>
        public bool Log => log;

        public ChannelReader<byte[]> Messages => _queue.Reader;

        public void Offer(byte[] message) => _queue.Writer.TryWrite(message);

        public void Dispose()
        {
            lock (owner._lock)
                owner._listeners = [.. owner._listeners.Where(other => !ReferenceEquals(other, this))];
            _queue.Writer.TryComplete();
        }
    }
}

/// <summary>What has changed since the last look.</summary>
internal sealed class StreamRound
{
    private readonly IServiceProvider _services;
    private readonly TimeProvider _time;
    private readonly EventHistory _events;
    private readonly SampleHistory _samples;
    private readonly LogTail _log;
    private readonly CoprocessorStatus? _coprocessor;
    private long _seenEvents;
    private long _seenSamples;
    private long _seenLog;
    private int? _percent;
    private long _uploads;
    private long _stateAt;
    private string _state = "";

    public StreamRound(IServiceProvider services, TimeProvider time)
    {
        (_services, _time) = (services, time);
        (_events, _samples, _log) = (
            services.GetRequiredService<EventHistory>(),
            services.GetRequiredService<SampleHistory>(),
            services.GetRequiredService<LogTail>()
        );
        _coprocessor = services.GetService<CoprocessorStatus>();
        (_seenEvents, _seenSamples, _seenLog, _stateAt) = (_events.Total, _samples.Taken, _log.Written, time.GetTimestamp());
        (_percent, _uploads) = (_coprocessor?.UploadPercent, _coprocessor?.Uploads ?? 0);
    }

    /// <summary>Every message that is due, with whether it is one of the log.</summary>
    public IEnumerable<(byte[] Message, bool Log)> Look(DetectionFeed feed)
    {
        if (feed.Take() is { } found)
            yield return (LiveStream.Message("detections", found, WebJson.Default.FrameReport), false);
        long events = _events.Total;
        foreach (PresenceEvent message in _events.Newest((int)Math.Min(events - _seenEvents, int.MaxValue)).Reverse())
            yield return (LiveStream.Message("event", message, EventJson.Default.PresenceEvent), false);
        _seenEvents = events;
        if (State() is { } state)
            yield return (state, false);
        long samples = _samples.Taken;
        if (samples > _seenSamples)
            yield return (LiveStream.Message("sample", _samples.Newest(1)[0], WebJson.Default.Sample), false);
        _seenSamples = samples;
        if (Upload() is { } upload)
            yield return (LiveStream.Message("upload", upload, WebJson.Default.UploadNews), false);
        foreach (LogLine line in _log.Newest(LogTail.Capacity, _seenLog))
        {
            _seenLog = line.Number;
            yield return (LiveStream.Message("log", line, WebJson.Default.LogLine), true);
        }
    }

    private byte[]? State()
    {
        TimeSpan since = _time.GetElapsedTime(_stateAt);
        if (since < LiveStream.StateInterval)
            return null;
        StateReport report = StateReports.Of(_services);
        string key = StateReports.Key(report);
        if (key == _state && since < LiveStream.StatePatience)
            return null;
        (_state, _stateAt) = (key, _time.GetTimestamp());
        return LiveStream.Message("state", report, StateJson.Default.StateReport);
    }

    private UploadNews? Upload()
    {
        if (_coprocessor is null)
            return null;
        (int? before, long done) = (_percent, _uploads);
        (_percent, _uploads) = (_coprocessor.UploadPercent, _coprocessor.Uploads);
        if (_percent is { } percent)
            return percent == before ? null : new UploadNews(percent, "running", "The model is being uploaded to the coprocessor.");
        if (_uploads > done)
            return new UploadNews(100, "done", "The coprocessor runs the model now.");
        return before is { } last
            ? new UploadNews(last, "failed", _coprocessor.LastError?.Message ?? _coprocessor.Obstacle ?? "The upload did not end well.")
            : null;
    }
}

/// <summary>How far an upload to the coprocessor is.</summary>
/// <param name="Percent">How much is stored, 0 to 100.</param>
/// <param name="State"><c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Message">One sentence.</param>
internal sealed record UploadNews(int Percent, string State, string Message);
