using Microsoft.Extensions.Options;
using RNNPool.Edge.Health;

namespace RNNPool.Edge.Mqtt;

/// <summary>A broker that is away: a degradation, as the device goes on without it, unless the settings say that it must be there.</summary>
internal sealed class MqttHealth(MqttSink sink, IOptions<MqttOptions> options) : IHealthSource
{
    /// <inheritdoc/>
    public string? Failure => options.Value.Required ? Sentence() : null;

    /// <inheritdoc/>
    public string? Degradation => options.Value.Required ? null : Sentence();

    private string? Sentence() => sink.Status is { Connected: false } status
        ? $"Not connected to the MQTT broker {status.Broker}{(status.LastError is { } error ? $": {error}" : ".")}"
        : null;
}
