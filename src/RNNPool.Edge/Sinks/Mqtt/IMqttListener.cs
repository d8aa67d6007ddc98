using RNNPool.Edge.Sinks.Mqtt.Connection;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>A subscriber to messages of other clients.</summary>
internal interface IMqttListener
{
    /// <summary>Topics or filters to subscribe to.</summary>
    IReadOnlyList<string> Filters { get; }

    /// <summary>Called for each new connection, before its first message.</summary>
    /// <param name="terms">What the broker accepts.</param>
    void Connected(BrokerTerms terms) { }

    /// <summary>Processes a message on any topic. Called on the receiving loop: must neither block nor throw.</summary>
    void Received(ReceivedMessage message);
}

/// <summary>A message of another client.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Payload">Its payload; untrusted.</param>
/// <param name="IsRetained">Whether the broker had retained it.</param>
internal readonly record struct ReceivedMessage(string Topic, ReadOnlyMemory<byte> Payload, bool IsRetained);
