namespace RNNPool.Edge.Sinks.Outbox;

/// <summary>Where an outbox stores its events, and for whom.</summary>
/// <param name="FileName">Name of the file in the state folder; each outbox has its own.</param>
/// <param name="Peer">Receiver of the events, for messages, such as <c>the broker</c>.</param>
/// <param name="Key">Key of its settings, for messages.</param>
internal sealed record OutboxPlace(string FileName, string Peer, string Key);
