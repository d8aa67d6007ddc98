namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>The topics below one prefix. Further topics belong to the features that publish them; see <see cref="Below"/>.</summary>
/// <param name="prefix">Prefix of all topics.</param>
public sealed class MqttTopics(string prefix)
{
    /// <summary>Names below the prefix.</summary>
    public const string AvailabilityName = "availability",
        StateName = "state",
        DiagnosticsName = "diagnostics";

    /// <summary>Payload of <see cref="Availability"/> while the device is connected.</summary>
    public const string Online = "online";

    /// <summary>Payload of <see cref="Availability"/> after a clean stop, and the Will of the connection.</summary>
    public const string Offline = "offline";

    /// <summary><c>online</c> or <c>offline</c>, retained.</summary>
    public string Availability { get; } = prefix + "/" + AvailabilityName;

    /// <summary>The occupancy as JSON, retained.</summary>
    public string State { get; } = prefix + "/" + StateName;

    /// <summary>All events as JSON.</summary>
    public string Events { get; } = prefix + "/events";

    /// <summary>Figures of the device as JSON, retained.</summary>
    public string Diagnostics { get; } = prefix + "/" + DiagnosticsName;

    /// <summary>Prefix of the topics of commands.</summary>
    public string Commands { get; } = prefix + "/set/";

    /// <summary>The topic of a command.</summary>
    public string Command(string name) => Commands + name;

    /// <summary>The topic with a name below the prefix.</summary>
    public string Below(string name) => $"{prefix}/{name}";
}
