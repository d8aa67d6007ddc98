using System.Text.Json;
using RNNPool.Edge.Events;
using RNNPool.Edge.Sinks.Outbox;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Adds events to the outbox and sets the retained occupancy. The link publishes both while it is connected.</summary>
internal sealed class MqttSink(
    MqttLink link,
    EventOutbox outbox,
    RetainedStates states,
    OccupancyState occupancy,
    TransitionMessages transitions,
    CameraTopics? cameras = null
) : IEventSink
{
    /// <inheritdoc/>
    public string Name => "mqtt";

    /// <summary>State of the connection and of the outbox.</summary>
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
        transitions.Add(presenceEvent);
        outbox.Append(JsonSerializer.SerializeToUtf8Bytes(presenceEvent, EventJson.Default.PresenceEvent));
        UpdateState();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(CancellationToken cancellationToken) => link.StopAsync(cancellationToken);

    // Publishes the newest occupancy instead of the event's, so that a queue of old events does not publish an old state.
    private void UpdateState()
    {
        states.Set(link.Topics.State, JsonSerializer.SerializeToUtf8Bytes(occupancy.Current, EventJson.Default.Occupancy));
        cameras?.Update();
    }
}
