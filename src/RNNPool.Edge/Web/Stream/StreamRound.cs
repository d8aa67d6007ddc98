using RNNPool.Edge.Diagnostics;
using RNNPool.Edge.Events;
using RNNPool.Edge.Pipeline.Coprocessor;
using RNNPool.Edge.Sinks.Journal;
using RNNPool.Edge.Vision.Presence;
using RNNPool.Edge.Web.State;

namespace RNNPool.Edge.Web.Stream;

/// <summary>Progress of an upload to the coprocessor.</summary>
/// <param name="Percent">Share that is stored, 0 to 100.</param>
/// <param name="State"><c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Message">One sentence.</param>
internal sealed record UploadProgressReport(int Percent, string State, string Message);

/// <summary>The sources that the stream observes.</summary>
internal sealed class StreamSources(
    StateReporter state,
    EventHistory events,
    SampleHistory samples,
    LogTail log,
    CoprocessorStatus? coprocessor = null
)
{
    public StateReporter State => state;

    public EventHistory Events => events;

    public SampleHistory Samples => samples;

    public LogTail Log => log;

    public CoprocessorStatus? Coprocessor => coprocessor;
}

/// <summary>
/// Collects the messages about changes since the last round. Each source is marked as seen before its message is created, so that a message
/// that cannot be created does not fail every round.
/// </summary>
internal sealed class StreamRound
{
    private readonly StreamSources _sources;
    private readonly TimeProvider _time;
    private long _seenSamples;
    private long _seenLog;
    private int? _percent;
    private long _uploads;
    private long _stateAt;
    private string _stateKey = "";

    public StreamRound(StreamSources sources, TimeProvider time)
    {
        _sources = sources;
        _time = time;
        SeenEvents = sources.Events.Total;
        _seenSamples = sources.Samples.Taken;
        _seenLog = sources.Log.Written;
        _stateAt = time.GetTimestamp();
        _percent = sources.Coprocessor?.UploadPercent;
        _uploads = sources.Coprocessor?.Uploads ?? 0;
    }

    /// <summary>Number of events, since the start of the device, that rounds have handed out.</summary>
    public long SeenEvents { get; private set; }

    /// <summary>The messages that are due.</summary>
    /// <param name="feeds">The detections of the cameras that have subscribers.</param>
    public IEnumerable<StreamMessage> Collect(IEnumerable<DetectionFeed> feeds)
    {
        foreach (DetectionFeed feed in feeds)
        {
            if (feed.Take() is { } found)
            {
                yield return StreamMessage.Create(StreamMessage.Detections, found, WebJson.Default.FrameReport) with
                {
                    Camera = feed.Camera,
                };
            }
        }

        foreach (StreamMessage message in Events())
            yield return message;
        if (State() is { } state)
            yield return state;
        long samples = _sources.Samples.Taken;
        bool fresh = samples > _seenSamples;
        _seenSamples = samples;
        if (fresh)
            yield return StreamMessage.Create(StreamMessage.Sample, _sources.Samples.Newest(1)[0], WebJson.Default.Sample);
        if (Upload() is { } upload)
            yield return StreamMessage.Create(StreamMessage.Upload, upload, WebJson.Default.UploadProgressReport);
        foreach (LogLine line in _sources.Log.Newest(LogTail.Capacity, _seenLog))
        {
            _seenLog = line.Number;
            yield return StreamMessage.Create(StreamMessage.Log, line, WebJson.Default.LogLine);
        }
    }

    private IEnumerable<StreamMessage> Events()
    {
        (long total, IReadOnlyList<PresenceEvent> newest) = EventBacklog.Snapshot(_sources.Events);
        int missed = (int)Math.Min(total - SeenEvents, newest.Count);
        if (missed < total - SeenEvents)
            yield return EventBacklog.CreateGap(null, "More events happened than memory holds.");
        SeenEvents = total - missed;
        for (int i = missed - 1; i >= 0; i--)
        {
            SeenEvents++;
            EventPosition position = EventPosition.After(JournalEntry.From(newest[i]));
            yield return StreamMessage.Create(StreamMessage.Event, newest[i], WebJson.Default.PresenceEvent, position);
        }
    }

    private StreamMessage? State()
    {
        TimeSpan since = _time.GetElapsedTime(_stateAt);
        if (since < LiveStream.StateInterval)
            return null;
        StateReport report = _sources.State.Create();
        string key = report.ChangeKey();
        if (key == _stateKey && since < LiveStream.MaxStateInterval)
            return null;
        _stateKey = key;
        _stateAt = _time.GetTimestamp();
        return StreamMessage.Create(StreamMessage.State, report, WebJson.Default.StateReport);
    }

    private UploadProgressReport? Upload()
    {
        if (_sources.Coprocessor is not { } coprocessor)
            return null;
        int? before = _percent;
        long done = _uploads;
        _percent = coprocessor.UploadPercent;
        _uploads = coprocessor.Uploads;
        if (_percent is { } percent)
        {
            return percent == before
                ? null
                : new UploadProgressReport(percent, "running", "The model is being uploaded to the coprocessor.");
        }

        if (_uploads > done)
            return new UploadProgressReport(100, "done", "The coprocessor runs the model now.");
        if (before is not { } last)
            return null;
        return new UploadProgressReport(last, "failed", coprocessor.LastError?.Message ?? coprocessor.Obstacle ?? "The upload has failed.");
    }
}
