namespace RNNPool.Edge.Parts.Button;

internal sealed partial class ButtonPart
{
    [LoggerMessage(1730, LogLevel.Information, "The button acknowledges the present alarm.")]
    private partial void LogAcknowledged();

    [LoggerMessage(1731, LogLevel.Information, "The button requests privacy.")]
    private partial void LogRequested();

    [LoggerMessage(1732, LogLevel.Information, "The button no longer requests privacy.")]
    private partial void LogWithdrawn();

    [LoggerMessage(1733, LogLevel.Warning, "The button no longer requests privacy, but another input still does.")]
    private partial void LogStillRequested();

    [LoggerMessage(1734, LogLevel.Warning, "The button is pressed at the start; it is ignored until it has been released.")]
    private partial void LogHeldAtStart();
}
