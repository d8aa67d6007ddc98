namespace RNNPool.Edge.Sinks.Mqtt.Connection;

/// <summary>What a connection needs cannot be had: a file is missing, or is not what it should be. The message is a sentence that names the setting, and never a secret.</summary>
internal sealed class BrokerSetupException(string message, Exception? innerException = null) : Exception(message, innerException);
