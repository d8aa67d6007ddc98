namespace RNNPool.Edge.Sinks.Log;

public sealed partial class LogSink
{
    [LoggerMessage(1200, LogLevel.Information, "{Kind} {Label}, {Count} present: {Json}")]
    private partial void LogEvent(string kind, string label, int count, string json);
}
