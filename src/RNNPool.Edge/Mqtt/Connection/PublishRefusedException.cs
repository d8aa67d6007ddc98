namespace RNNPool.Edge.Mqtt.Connection;

/// <summary>The broker is there, and does not take a message: it is not allowed, too large, or over a quota. The message is a sentence.</summary>
internal sealed class PublishRefusedException(string message) : Exception(message);
