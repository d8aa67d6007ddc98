using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>
/// Reports a missing connection: a degradation, or a failure if the settings require the broker. Refused topics and an outbox without its
/// disk are a degradation.
/// </summary>
internal sealed class MqttHealth(MqttLink link, IOptions<MqttOptions> options) : IHealthSource
{
    /// <inheritdoc/>
    public string Name => "mqtt";

    /// <inheritdoc/>
    public string? Failure => options.Value.Required ? DescribeAbsence() : null;

    /// <inheritdoc/>
    public string? Degradation =>
        (options.Value.Required ? null : DescribeAbsence())
        ?? link.Status.Restriction
        ?? (link.Status.Outbox is { Failure: { } failure } ? $"Events for the broker are kept in memory only: {failure}" : null);

    private string? DescribeAbsence() =>
        link.Status is { Connected: false } status
            ? $"Not connected to the MQTT broker {status.Broker}{(status.LastError is { } error ? $": {error}" : ".")}"
            : null;
}
