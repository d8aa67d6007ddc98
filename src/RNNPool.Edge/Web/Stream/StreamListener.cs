using System.Threading.Channels;

namespace RNNPool.Edge.Web.Stream;

/// <summary>
/// A subscriber of the stream. It has a bounded queue: a slow subscriber misses messages, and receives a message when an event was among
/// them.
/// </summary>
internal sealed class StreamListener : IDisposable
{
    /// <summary>Messages that wait for the subscriber before the oldest is dropped.</summary>
    public const int QueueLength = 64;

    /// <summary>The message of the gap after events were dropped.</summary>
    public const string LossMessage = "The connection was too slow, so events were dropped.";

    private readonly LiveStream _owner;
    private readonly Channel<StreamMessage> _queue;
    private int _lostEvents;

    public StreamListener(LiveStream owner, bool log, string camera, IReadOnlyList<StreamMessage> backlog)
    {
        _owner = owner;
        Log = log;
        Camera = camera;
        Backlog = backlog;
        var options = new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _queue = Channel.CreateBounded<StreamMessage>(options, Drop);
    }

    /// <summary>Whether it receives messages of the log; the subscriber may change it.</summary>
    public bool Log { get; set; }

    /// <summary>Name of the camera whose detections it receives; the subscriber may change it.</summary>
    public string Camera { get; set; }

    /// <summary>Messages to send before those of the queue: the state, and the events that it has missed.</summary>
    public IReadOnlyList<StreamMessage> Backlog { get; }

    public ChannelReader<StreamMessage> Messages => _queue.Reader;

    /// <summary>Queues a message if it is for this subscriber.</summary>
    public void Offer(StreamMessage message)
    {
        bool isWanted = message.Name == StreamMessage.Log ? Log : message.Camera is null || message.Camera == Camera;
        if (isWanted)
            _queue.Writer.TryWrite(message);
    }

    /// <summary>Whether an event was dropped since the last call.</summary>
    public bool TakeLoss() => Interlocked.Exchange(ref _lostEvents, 0) != 0;

    public void Dispose()
    {
        _owner.Remove(this);
        _queue.Writer.TryComplete();
    }

    private void Drop(StreamMessage message)
    {
        if (message.Name == StreamMessage.Event)
            Interlocked.Exchange(ref _lostEvents, 1);
    }
}
