using System.Text.Json;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Mqtt.Outbox;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Puts events into the outbox and the occupancy into the retained state; the link publishes both when there is a broker.</summary>
internal sealed class MqttSink(MqttLink link, EventOutbox outbox, RetainedStates states, OccupancyState occupancy) : IEventSink
{
    /// <inheritdoc/>
    public string Name => "mqtt";

    /// <summary>How the connection and the outbox are doing.</summary>
    public MqttStatus Status => link.Status;

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        UpdateState();
        link.Start();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DeliverAsync(PresenceEvent presenceEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(presenceEvent);
        outbox.Append(JsonSerializer.SerializeToUtf8Bytes(presenceEvent, EventJson.Default.PresenceEvent));
        UpdateState();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(CancellationToken cancellationToken) => link.StopAsync(cancellationToken);

    // The newest occupancy, not that of the event at hand: a queue of old events must not bring back an old state.
    private void UpdateState() =>
        states.Set(link.Topics.State, JsonSerializer.SerializeToUtf8Bytes(occupancy.Current, EventJson.Default.Occupancy));
}
