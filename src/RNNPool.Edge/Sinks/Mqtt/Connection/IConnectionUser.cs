using MQTTnet;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>The component that uses a connection to the broker.</summary>
internal interface IConnectionUser
{
    /// <summary>
    /// Publishes and subscribes what each new connection begins with, because a broker that has restarted may have lost its retained
    /// messages.
    /// </summary>
    Task AnnounceAsync(BrokerSession session, CancellationToken cancellationToken);

    /// <summary>Processes a message. Called on the receiving loop; must not block.</summary>
    void Receive(MqttApplicationMessage message);
}
