using System.Text.Json;
using Microsoft.Extensions.Options;
using MQTTnet;
using RNNPool.Edge.Events;
using RNNPool.Edge.Mqtt.Connection;

namespace RNNPool.Edge.Mqtt;

/// <summary>
/// Publishes events and the retained occupancy, at least once each. While the broker is away events wait in the sink's bounded queue.
/// </summary>
public sealed partial class MqttSink : IEventSink, IConnectionUser, IAsyncDisposable
{
    /// <summary>How often one event is offered to a connected broker before it counts as failed.</summary>
    private const int MaxAttempts = 3;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly OccupancyState _occupancy;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<MqttSink> _logger;
    private readonly MqttConnection _connection;
    private readonly MqttTopics _topics;
    private Occupancy? _published;

    /// <summary>Prepares a connection; nothing is sent before <see cref="OpenAsync"/>.</summary>
    public MqttSink(IOptions<MqttOptions> options, DeviceIdentity identity, OccupancyState occupancy, TimeProvider timeProvider, ILogger<MqttSink> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(identity);
        (_occupancy, _timeProvider, _logger) = (occupancy, timeProvider, logger);
        _topics = new MqttTopics(identity.Expand(options.Value.TopicPrefix));
        _connection = new MqttConnection(options.Value, identity.Expand(options.Value.ClientId), _topics, this, timeProvider, logger);
    }

    /// <inheritdoc/>
    public string Name => "mqtt";

    /// <summary>The topics in use.</summary>
    public MqttTopics Topics => _topics;

    /// <summary>How the connection is doing.</summary>
    public MqttStatus Status => _connection.Status;

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _connection.Start();
        return default;
    }

    /// <inheritdoc/>
    public async ValueTask DeliverAsync(DeviceEvent deviceEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deviceEvent);
        byte[] payload = JsonSerializer.SerializeToUtf8Bytes(deviceEvent.Message, EventJson.Default.EventMessage);
        for (int attempt = 1; ; attempt++)
        {
            IMqttClient client = await _connection.ConnectedAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await MqttConnection.PublishAsync(client, _topics.Events, payload, retain: false, cancellationToken).ConfigureAwait(false);
                LogPublished(_topics.Events, payload.Length);
                await PublishStateAsync(client, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (MqttConnection.IsTransient(exception, cancellationToken))
            {
                if (client.IsConnected && attempt >= MaxAttempts) throw;
                LogRetry(deviceEvent.Message.Id, exception.Message);

                // The end of the connection may be known here before it is known there.
                await Task.Delay(RetryDelay, _timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(CancellationToken cancellationToken) => _connection.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>What every new connection begins with: a broker that restarted may have forgotten it.</summary>
    async Task IConnectionUser.AnnounceAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        await MqttConnection.PublishAsync(client, _topics.Availability, "online"u8.ToArray(), retain: true, cancellationToken).ConfigureAwait(false);
        _published = null;
        await PublishStateAsync(client, cancellationToken).ConfigureAwait(false);
    }

    void IConnectionUser.Received(MqttApplicationMessage message)
    {
        // Nothing is subscribed to yet.
    }

    /// <summary>Publishes the newest occupancy, not that of the event at hand: after an outage, old events must not bring back an old state.</summary>
    private async Task PublishStateAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        Occupancy current = _occupancy.Current;
        if (ReferenceEquals(current, _published)) return;
        await MqttConnection.PublishAsync(client, _topics.State, JsonSerializer.SerializeToUtf8Bytes(current, EventJson.Default.Occupancy), retain: true, cancellationToken).ConfigureAwait(false);
        _published = current;
    }
}
