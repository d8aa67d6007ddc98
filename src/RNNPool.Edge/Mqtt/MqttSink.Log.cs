namespace RNNPool.Edge.Mqtt;

public sealed partial class MqttSink
{
    [LoggerMessage(1310, LogLevel.Debug, "Published {Bytes} bytes to {Topic}.")]
    private partial void LogPublished(string topic, int bytes);

    [LoggerMessage(1311, LogLevel.Debug, "The event of {Id} is published again: {Reason}")]
    private partial void LogRetry(string id, string reason);
}
