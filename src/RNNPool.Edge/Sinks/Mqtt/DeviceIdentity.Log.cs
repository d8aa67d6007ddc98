namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>Messages about the identity; log messages cannot be generated for a record.</summary>
internal static partial class DeviceIdentityLog
{
    [LoggerMessage(
        1350,
        LogLevel.Warning,
        "This machine has no machine id, and the state folder cannot keep one: the id {Id} is derived from the host name and changes with "
            + "it. Set Device:Id, or a state folder that can be written. {Reason}"
    )]
    public static partial void LogNotKept(ILogger logger, string id, string reason);
}
