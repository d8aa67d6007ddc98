using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

internal sealed partial class SinkQueue
{
    [LoggerMessage(1210, LogLevel.Error, "The {Sink} sink could not be opened: {Reason} Trying again in {Seconds:0.#} s.")]
    private static partial void LogOpenFailed(ILogger logger, string sink, string reason, double seconds);

    [LoggerMessage(1211, LogLevel.Warning, "The {Sink} sink failed to deliver the {Kind} event of {Id}: {Reason}")]
    private static partial void LogDeliveryFailed(ILogger logger, string sink, PresenceEventKind kind, string id, string reason);

    [LoggerMessage(
        1212,
        LogLevel.Warning,
        "The {Sink} sink cannot keep up: {Fresh} more events dropped, the oldest first; {Total} since the start."
    )]
    private static partial void LogDropped(ILogger logger, string sink, long fresh, long total);

    [LoggerMessage(1213, LogLevel.Warning, "The {Sink} sink stopped with {Left} undelivered events.")]
    private static partial void LogAbandoned(ILogger logger, string sink, int left);

    [LoggerMessage(1214, LogLevel.Warning, "The {Sink} sink did not close cleanly: {Reason}")]
    private static partial void LogCloseFailed(ILogger logger, string sink, string reason);
}
