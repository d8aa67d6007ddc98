namespace RNNPool.Edge.Pipeline.Coprocessor;

internal sealed partial class CoprocessorService
{
    [LoggerMessage(
        1715,
        LogLevel.Warning,
        "{Device} may be another device after the next start; name the coprocessor by its link in /dev/serial/by-id."
    )]
    private partial void LogUnstableName(string device);
}
