using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Link.Coprocessor;

public sealed partial class CoprocessorClient
{
    [LoggerMessage(3101, LogLevel.Information, "Coprocessor at {Line} is ready: board {Board}, firmware {Firmware}, model {Model}")]
    private partial void LogConnected(string line, string board, Version firmware, string model);

    [LoggerMessage(3102, LogLevel.Warning, "Coprocessor at {Line} cannot be used: {Reason}")]
    private partial void LogLost(string line, string reason);

    [LoggerMessage(3103, LogLevel.Debug, "Coprocessor at {Line} still cannot be used: {Reason}")]
    private partial void LogStillLost(string line, string reason);

    [LoggerMessage(3104, LogLevel.Error, "Coprocessor reports fault {Fault}: {Text}")]
    private partial void LogFault(byte fault, string text);

    [LoggerMessage(EventId = 3105, Message = "Coprocessor: {Text}")]
    private partial void LogDevice(LogLevel level, string text);

    [LoggerMessage(3106, LogLevel.Information, "Uploading model {Sha256} ({Size} bytes) to slot {Slot} from offset {Offset} on")]
    private partial void LogUpload(string sha256, int size, byte slot, uint offset);

    [LoggerMessage(3107, LogLevel.Warning, "Upload interrupted at {Offset} bytes, going on when the coprocessor is back: {Reason}")]
    private partial void LogUploadInterrupted(uint offset, string reason);
}
