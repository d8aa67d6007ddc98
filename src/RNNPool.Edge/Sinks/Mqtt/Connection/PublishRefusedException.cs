namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>The broker refused a message. The text of the exception is the end of a sentence.</summary>
/// <param name="message">The text.</param>
/// <param name="isFinal">Whether a retry is useless because the message is too large or forbidden, not just over a quota.</param>
internal sealed class PublishRefusedException(string message, bool isFinal) : Exception(message)
{
    public bool IsFinal { get; } = isFinal;
}
