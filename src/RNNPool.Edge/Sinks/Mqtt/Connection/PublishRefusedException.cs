namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>The broker is there, and does not take a message. The message of the exception is a sentence.</summary>
/// <param name="message">The sentence.</param>
/// <param name="isFinal">Whether trying again is of no use: the message is too large or not allowed, and not just over a quota.</param>
internal sealed class PublishRefusedException(string message, bool isFinal) : Exception(message)
{
    public bool IsFinal { get; } = isFinal;
}
