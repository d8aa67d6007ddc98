namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>
/// Finds the topics at which the broker closes the connection, as some do for topics that their access list forbids or for large messages.
/// Such a topic is left out for an hour, so that the connection lasts and the other topics are published. Thread-safe.
/// </summary>
internal sealed class TopicSuspension(TimeProvider time)
{
    /// <summary>Connections in a row that end at a topic before it is left out.</summary>
    public const int Closes = 2;

    /// <summary>How long a topic is left out.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Closes, long Since)> _topics = new(StringComparer.Ordinal);

    /// <summary>Describes why a message is not published.</summary>
    public static string Describe(string topic, int bytes) =>
        $"the broker closes the connection at a message of {bytes} bytes to {topic}; its access list or a size limit forbids it.";

    /// <summary>Whether a topic is left out now.</summary>
    public bool Contains(string topic)
    {
        lock (_lock)
        {
            if (!_topics.TryGetValue(topic, out (int Closes, long Since) entry) || entry.Closes < Closes)
                return false;
            if (time.GetElapsedTime(entry.Since) < Duration)
                return true;
            _topics.Remove(topic);
            return false;
        }
    }

    /// <summary>The broker closed the connection instead of acknowledging a topic.</summary>
    public void RecordClose(string topic)
    {
        lock (_lock)
            _topics[topic] = (_topics.GetValueOrDefault(topic).Closes + 1, time.GetTimestamp());
    }

    /// <summary>The broker answered.</summary>
    public void RecordAnswer(string topic)
    {
        lock (_lock)
            _topics.Remove(topic);
    }
}
