using System.Text.Json;
using RNNPool.Edge.Events;

namespace RNNPool.Edge.Sinks.Log;

/// <summary>Writes every event to the log, as the JSON that the other sinks send.</summary>
public sealed partial class LogSink(ILogger<LogSink> logger) : IEventSink
{
    /// <inheritdoc/>
    public string Name => "log";

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public ValueTask DeliverAsync(DeviceEvent deviceEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deviceEvent);
        EventMessage message = deviceEvent.Message;
        if (logger.IsEnabled(LogLevel.Information))
        {
            LogEvent(
                message.Type.ToString().ToLowerInvariant(),
                message.Label,
                message.Count,
                JsonSerializer.Serialize(message, EventJson.Default.EventMessage)
            );
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(CancellationToken cancellationToken) => default;
}
