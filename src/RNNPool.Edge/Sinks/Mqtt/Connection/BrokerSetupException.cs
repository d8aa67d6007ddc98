namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>
/// A file that a connection needs is missing or invalid. The message is a sentence that names the setting and contains no secret.
/// </summary>
internal sealed class BrokerSetupException(string message, Exception? innerException = null) : Exception(message, innerException);
