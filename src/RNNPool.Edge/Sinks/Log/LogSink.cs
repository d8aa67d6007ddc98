using System.Text.Json;
using RNNPool.Edge.Events;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Log;

/// <summary>Writes every event to the log, as the JSON that the other sinks send.</summary>
public sealed partial class LogSink(ILogger<LogSink> logger) : IEventSink
{
    /// <inheritdoc/>
    public string Name => "log";

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public ValueTask DeliverAsync(PresenceEvent presenceEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(presenceEvent);
        if (logger.IsEnabled(LogLevel.Information))
        {
            LogEvent(
                presenceEvent.Type.ToString().ToLowerInvariant(),
                presenceEvent.Label,
                presenceEvent.Count,
                JsonSerializer.Serialize(presenceEvent, EventJson.Default.PresenceEvent)
            );
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(CancellationToken cancellationToken) => default;
}
