using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Events;

/// <summary>
/// A destination of events. Every sink has its own bounded queue and its own loop, so that a sink that is slow, blocks or throws
/// does not delay the pipeline or the other sinks.
/// </summary>
public interface IEventSink
{
    /// <summary>Short name for the log and the state: <c>log</c>, <c>mqtt</c>, <c>gpio</c>.</summary>
    string Name { get; }

    /// <summary>Prepares the sink. After an exception it is called again, with growing delays, until it succeeds.</summary>
    ValueTask OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Delivers one event. Calls come one at a time and in order. An exception counts as a failed delivery; the event is not delivered
    /// again.
    /// </summary>
    ValueTask DeliverAsync(PresenceEvent presenceEvent, CancellationToken cancellationToken);

    /// <summary>Releases all resources and leaves outputs in their idle state. Called once, also when opening failed.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken);
}
