using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Link.Coprocessor;

internal sealed partial class ModelUploader
{
    [LoggerMessage(3106, LogLevel.Information, "Uploading model {Sha256} ({Size} bytes) to slot {Slot} from offset {Offset}")]
    private partial void LogStarted(string sha256, int size, byte slot, uint offset);

    [LoggerMessage(
        3107,
        LogLevel.Warning,
        "Upload interrupted at {Offset} bytes; it continues when the coprocessor is connected: {Reason}"
    )]
    private partial void LogInterrupted(uint offset, string reason);
}
