using RNNPool.Edge.Core;

namespace RNNPool.Edge.Health;

internal sealed partial class HealthMonitor
{
    [LoggerMessage(1930, LogLevel.Error, "Health of {Part}: {Reason}")]
    private partial void LogFailed(string part, string reason);

    [LoggerMessage(1931, LogLevel.Warning, "Health of {Part}: {Reason}")]
    private partial void LogDegraded(string part, string reason);

    [LoggerMessage(1932, LogLevel.Information, "Health of {Part}: {State}.")]
    private partial void LogGood(string part, HealthState state);

    [LoggerMessage(1933, LogLevel.Error, "A subscriber to health changes failed.")]
    private partial void LogSubscriberFailed(Exception exception);
}
