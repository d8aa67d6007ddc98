namespace RNNPool.Edge.Web.Access;

internal sealed partial class AccessStore
{
    [LoggerMessage(2010, LogLevel.Error, "{Reason}")]
    private partial void LogUnusable(string reason);

    [LoggerMessage(2011, LogLevel.Warning, "The password of the page was set; all sessions have ended.")]
    private partial void LogPassword();

    [LoggerMessage(2032, LogLevel.Information, "The device is set up without a password of its own; the one-time password was removed.")]
    private partial void LogSetupEnded();

    [LoggerMessage(2019, LogLevel.Warning, "The password of the page was changed on this machine; all sessions have ended.")]
    private partial void LogReplaced();

    [LoggerMessage(2012, LogLevel.Information, "The API token {Name} was created.")]
    private partial void LogTokenAdded(string name);

    [LoggerMessage(2013, LogLevel.Information, "The API token {Name} was deleted.")]
    private partial void LogTokenRemoved(string name);

    [LoggerMessage(2033, LogLevel.Information, "A signed address of pictures was created for {Path}; it is valid {Until}.")]
    private partial void LogSigned(string path, string until);

    [LoggerMessage(2034, LogLevel.Information, "All signed addresses of pictures were withdrawn.")]
    private partial void LogWithdrawn();
}
