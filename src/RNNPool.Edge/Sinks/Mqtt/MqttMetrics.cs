using System.Diagnostics.Metrics;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>The instruments of the link to the broker, on the device's meter.</summary>
internal sealed class MqttMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _commands;

    /// <summary>Creates the counter of commands. The link adds the others by <see cref="Observe"/>.</summary>
    public MqttMetrics(DeviceMetrics metrics)
    {
        _meter = metrics.Meter;
        _commands = _meter.CreateCounter<long>("rnnpool_edge_mqtt_commands_total", description: "Commands received by MQTT.");
    }

    /// <summary>Creates the instruments of a link.</summary>
    public void Observe(MqttLink link)
    {
        _meter.CreateObservableGauge(
            "rnnpool_edge_mqtt_connected",
            () => link.Status.Connected ? 1 : 0,
            description: "Whether the device is connected to its MQTT broker."
        );
        _meter.CreateObservableCounter(
            "rnnpool_edge_mqtt_connections_total",
            () => link.Status.Connections,
            description: "Connections made to the MQTT broker."
        );
        _meter.CreateObservableCounter(
            "rnnpool_edge_mqtt_takeovers_total",
            () => link.Status.Takeovers,
            description: "Times that another client has used the client id of this device."
        );
        _meter.CreateObservableGauge(
            "rnnpool_edge_mqtt_outbox_events",
            () => link.Status.Outbox!.Queued,
            description: "Events that wait for the MQTT broker."
        );
        _meter.CreateObservableGauge(
            "rnnpool_edge_mqtt_outbox_on_disk",
            () => link.Status.Outbox!.OnDisk ? 1 : 0,
            description: "Whether waiting events survive a restart."
        );
        _meter.CreateObservableCounter(
            "rnnpool_edge_mqtt_events_published_total",
            () => link.Status.Outbox!.Published,
            description: "Events that the MQTT broker has acknowledged."
        );
        _meter.CreateObservableCounter(
            "rnnpool_edge_mqtt_events_dropped_total",
            () =>
            {
                var outbox = link.Status.Outbox!;
                return new Measurement<long>[]
                {
                    new(outbox.Dropped, new KeyValuePair<string, object?>("reason", "full")),
                    new(outbox.Expired, new KeyValuePair<string, object?>("reason", "expired")),
                    new(outbox.Refused, new KeyValuePair<string, object?>("reason", "refused")),
                };
            },
            description: "Events for the MQTT broker that were dropped."
        );
    }

    /// <summary>Counts a command.</summary>
    /// <param name="name">Its name; one of a fixed few.</param>
    /// <param name="result"><c>done</c>, <c>refused</c> or <c>replaced</c>.</param>
    public void CountCommand(string name, string result) =>
        _commands.Add(1, new KeyValuePair<string, object?>("command", name), new KeyValuePair<string, object?>("result", result));
}
