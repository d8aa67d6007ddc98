namespace RNNPool.Edge.Sinks.Mqtt.Outbox;

/// <summary>An event that waits for the broker.</summary>
/// <param name="Number">Its place in the order of events; grows by one with every event, over restarts too.</param>
/// <param name="Time">When it was put into the outbox (UTC).</param>
/// <param name="Payload">What is published: the event's JSON.</param>
internal sealed record OutboxEvent(long Number, DateTimeOffset Time, byte[] Payload);

/// <summary>How the outbox is doing.</summary>
/// <param name="Queued">Events that wait.</param>
/// <param name="Oldest">Since when the oldest of them has waited (UTC); null when none does.</param>
/// <param name="OnDisk">Whether waiting events survive a restart.</param>
/// <param name="Failure">Why they do not although they should; null when all is well.</param>
/// <param name="Published">Events that the broker has acknowledged since the start.</param>
/// <param name="Dropped">Events dropped since the start because too many waited.</param>
/// <param name="Expired">Events dropped since the start because they had waited for too long.</param>
/// <param name="Refused">Events dropped since the start because the broker did not take them.</param>
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
