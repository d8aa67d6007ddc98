using Microsoft.Extensions.Logging;

namespace RNNPool.Edge.Link.Sessions;

public sealed partial class LinkSession
{
    [LoggerMessage(3001, LogLevel.Debug, "Session on {Line} ended ({Failure}): {Reason}")]
    private partial void LogClosed(string line, LinkFailure failure, string reason);
}
