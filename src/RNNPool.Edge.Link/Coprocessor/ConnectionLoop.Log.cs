using Microsoft.Extensions.Logging;
using RNNPool.Edge.Link.Messages;

namespace RNNPool.Edge.Link.Coprocessor;

internal sealed partial class ConnectionLoop
{
    [LoggerMessage(EventId = 3101, Message = "Coprocessor at {Line} is ready: board {Board}, firmware {Firmware}, model {Model}")]
    private partial void LogConnected(LogLevel level, string line, string board, Version firmware, string model);

    [LoggerMessage(3102, LogLevel.Warning, "Coprocessor at {Line} cannot be used: {Reason}")]
    private partial void LogLost(string line, string reason);

    [LoggerMessage(3103, LogLevel.Debug, "Coprocessor at {Line} still cannot be used: {Reason}")]
    private partial void LogStillLost(string line, string reason);

    [LoggerMessage(3110, LogLevel.Error, "Coprocessor with the board {Board} restarted after a fault: {Fault}")]
    private partial void LogDeviceFault(string board, DeviceFault fault);
}
