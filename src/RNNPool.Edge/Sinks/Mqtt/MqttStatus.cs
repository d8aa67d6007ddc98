using RNNPool.Edge.Sinks.Mqtt.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>How the connection to the broker is doing.</summary>
/// <param name="Broker">Host and port.</param>
/// <param name="Connected">Whether events can be published now.</param>
/// <param name="Tls">Whether the connection is encrypted.</param>
/// <param name="ClientId">Who this device is to the broker.</param>
/// <param name="Connections">How often a connection has been made since the start.</param>
/// <param name="Takeovers">How often another client has taken the client id since the start.</param>
/// <param name="LastError">Why there is no connection; null while there is one.</param>
public sealed record MqttStatus(
    string Broker,
    bool Connected,
    bool Tls,
    string ClientId,
    long Connections,
    long Takeovers,
    string? LastError
)
{
    /// <summary>Events that wait for the broker, and what became of others.</summary>
    public OutboxStatus? Outbox { get; init; }
}
