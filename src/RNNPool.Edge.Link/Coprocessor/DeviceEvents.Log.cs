using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Link.Coprocessor;

internal sealed partial class DeviceEvents
{
    [LoggerMessage(3104, LogLevel.Error, "Coprocessor reports fault {Fault}: {Text}")]
    private partial void LogFault(byte fault, string text);

    [LoggerMessage(EventId = 3105, Message = "Coprocessor: {Text}")]
    private partial void LogDevice(LogLevel level, string text);

    [LoggerMessage(3109, LogLevel.Warning, "The log omits {Count} messages of the coprocessor, which sends too many")]
    private partial void LogSuppressed(int count);
}
