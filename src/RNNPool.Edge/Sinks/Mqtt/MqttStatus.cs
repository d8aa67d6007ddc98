using RNNPool.Edge.Sinks.Outbox;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>State of the connection to the broker.</summary>
/// <param name="Broker">Host and port.</param>
/// <param name="Connected">Whether events can be published now.</param>
/// <param name="Tls">Whether the connection is encrypted.</param>
/// <param name="ClientId">Client id of this device.</param>
/// <param name="Connections">Connections since the start.</param>
/// <param name="Takeovers">How often another client has used the client id since the start.</param>
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
    /// <summary>Version of MQTT in use, such as <c>5.0</c>; null without a connection.</summary>
    public string? Protocol { get; init; }

    /// <summary>What the broker restricts, as a sentence; null when it restricts nothing.</summary>
    public string? Restriction { get; init; }

    /// <summary>State of the outbox.</summary>
    public OutboxStatus? Outbox { get; init; }
}
