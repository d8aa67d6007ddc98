namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>A part that wants to hear what others publish.</summary>
internal interface IMqttListener
{
    /// <summary>Topics or filters to subscribe to.</summary>
    IReadOnlyList<string> Filters { get; }

    /// <summary>The connection stands and has been announced; called before the first message.</summary>
    void Connected();

    /// <summary>Takes in a message on any topic. Called on the receiving loop: must neither wait nor throw.</summary>
    void Received(ReceivedMessage message);
}

/// <summary>A message of another client.</summary>
/// <param name="Topic">Where it was published.</param>
/// <param name="Payload">What was published; untrusted.</param>
/// <param name="IsRetained">Whether the broker keeps it for those who come later.</param>
internal readonly record struct ReceivedMessage(string Topic, ReadOnlyMemory<byte> Payload, bool IsRetained);
