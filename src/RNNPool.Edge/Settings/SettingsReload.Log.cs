namespace RNNPool.Edge.Settings;

internal sealed partial class SettingsReload
{
    [LoggerMessage(1950, LogLevel.Information, "Settings changed and apply now: {Keys}.")]
    private partial void LogApplied(string keys);

    [LoggerMessage(1951, LogLevel.Warning, "Settings changed and apply after a restart: {Keys}.")]
    private partial void LogRestartNeeded(string keys);

    [LoggerMessage(1952, LogLevel.Error, "The settings were changed, but the old ones stay in force: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(1953, LogLevel.Information, "The settings were read again; none has changed.")]
    private partial void LogNothing();
}
