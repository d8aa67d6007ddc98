namespace RNNPool.Edge.Sinks.Outbox;

/// <summary>An event that waits for its receiver.</summary>
/// <param name="Number">Its place in the order of events; increases by one for each event, across restarts.</param>
/// <param name="Time">When it was added (UTC), by the clock of that moment. See <see cref="EventAges"/> for its age.</param>
/// <param name="Payload">The JSON of the event.</param>
internal sealed record OutboxEvent(long Number, DateTimeOffset Time, byte[] Payload);

/// <summary>State of the outbox.</summary>
/// <param name="Queued">Number of waiting events.</param>
/// <param name="Oldest">When the oldest waiting event was added (UTC); null when none waits.</param>
/// <param name="OnDisk">Whether waiting events survive a restart.</param>
/// <param name="Failure">Why they do not although they should; null without a failure.</param>
/// <param name="Published">Events that the receiver has acknowledged since the start.</param>
/// <param name="Dropped">Events dropped since the start because too many were waiting.</param>
/// <param name="Expired">Events dropped since the start because they had waited for too long.</param>
/// <param name="Refused">Events dropped since the start because the receiver refused them.</param>
public sealed record OutboxStatus(
    int Queued,
    DateTime? Oldest,
    bool OnDisk,
    string? Failure,
    long Published,
    long Dropped,
    long Expired,
    long Refused
);
