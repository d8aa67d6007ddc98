using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Link.Coprocessor;

public sealed partial class CoprocessorClient
{
    [LoggerMessage(3108, LogLevel.Error, "The loop of the coprocessor at {Line} failed and restarts in {Seconds:0.#} s")]
    private partial void LogFailed(string line, double seconds, Exception exception);
}
