using MQTTnet;

namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>Who uses a connection to the broker.</summary>
internal interface IConnectionUser
{
    /// <summary>Says and subscribes to what every new connection begins with; a broker that restarted may have forgotten all of it.</summary>
    Task AnnounceAsync(IMqttClient client, CancellationToken cancellationToken);

    /// <summary>Takes in a message. Must not wait.</summary>
    void Received(MqttApplicationMessage message);
}
