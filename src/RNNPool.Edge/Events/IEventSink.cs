namespace RNNPool.Edge.Events;

/// <summary>
/// Somewhere that events go. Every sink has its own bounded queue and its own loop, so a sink may be slow, block or throw
/// without holding up the pipeline or the other sinks.
/// </summary>
public interface IEventSink
{
    /// <summary>Short name for the log and the state: <c>log</c>, <c>mqtt</c>, <c>gpio</c>.</summary>
    string Name { get; }

    /// <summary>Gets ready. When it throws it is called again, with growing delays, until it succeeds.</summary>
    ValueTask OpenAsync(CancellationToken cancellationToken);

    /// <summary>Delivers one event; called one at a time, in order. An exception counts as a failed delivery, and the event is not offered again.</summary>
    ValueTask DeliverAsync(DeviceEvent deviceEvent, CancellationToken cancellationToken);

    /// <summary>Lets go of everything, leaving outputs in their resting state. Called once, also when opening failed.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken);
}
