using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// Messages about a moment, such as the press of a button. They are not retained, and a message that cannot be published soon is discarded,
/// because a subscriber would take it for a present one. Thread-safe.
/// </summary>
internal sealed class MomentaryMessages(WorkSignal signal, TimeProvider timeProvider)
{
    /// <summary>Age above which a message is discarded.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    private const int Capacity = 16;

    private readonly Lock _lock = new();
    private readonly Queue<(string Topic, byte[] Payload, long Time)> _messages = new();

    /// <summary>Adds a message; of too many the oldest is discarded.</summary>
    public void Add(string topic, byte[] payload)
    {
        lock (_lock)
        {
            if (_messages.Count == Capacity)
                _messages.Dequeue();
            _messages.Enqueue((topic, payload, timeProvider.GetTimestamp()));
        }

        signal.Set();
    }

    /// <summary>Takes the oldest message that is still of interest; null when there is none.</summary>
    public (string Topic, byte[] Payload)? Take()
    {
        lock (_lock)
        {
            while (_messages.TryDequeue(out (string Topic, byte[] Payload, long Time) message))
            {
                if (timeProvider.GetElapsedTime(message.Time) <= MaxAge)
                    return (message.Topic, message.Payload);
            }
        }

        return null;
    }
}
