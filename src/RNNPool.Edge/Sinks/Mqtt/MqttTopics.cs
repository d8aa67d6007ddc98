namespace RNNPool.Edge.Sinks.Mqtt;

/// <summary>The topics under one prefix.</summary>
/// <param name="prefix">Begins every topic.</param>
public sealed class MqttTopics(string prefix)
{
    /// <summary>What <see cref="Availability"/> holds while the device is connected.</summary>
    public const string Online = "online";

    /// <summary>What <see cref="Availability"/> holds after a clean stop, and what the broker puts there when the device vanishes.</summary>
    public const string Offline = "offline";

    /// <summary><c>online</c> or <c>offline</c>, retained.</summary>
    public string Availability { get; } = prefix + "/availability";

    /// <summary>The occupancy as JSON, retained.</summary>
    public string State { get; } = prefix + "/state";

    /// <summary>Every event as JSON.</summary>
    public string Events { get; } = prefix + "/events";

    /// <summary>Whether detection is switched on, <c>ON</c> or <c>OFF</c>, retained.</summary>
    public string Detection { get; } = prefix + "/detection";

    /// <summary>The enter threshold in force, 0 to 1, retained.</summary>
    public string Threshold { get; } = prefix + "/threshold";

    /// <summary>Whether an input pin asks for privacy, <c>ON</c> or <c>OFF</c>, retained.</summary>
    public string Privacy { get; } = prefix + "/privacy";

    /// <summary>The last picture that was asked for, as JPEG, retained; only where pictures may leave the device.</summary>
    public string Snapshot { get; } = prefix + "/snapshot";

    /// <summary>Figures about the device as JSON, retained.</summary>
    public string Diagnostics { get; } = prefix + "/diagnostics";

    /// <summary>The health as JSON, as <c>/health</c> gives it, retained.</summary>
    public string Health { get; } = prefix + "/health";

    /// <summary>Whether the coprocessor can be used, <c>online</c> or <c>offline</c>, retained.</summary>
    public string Coprocessor { get; } = prefix + "/coprocessor";

    /// <summary>Every topic whose last message the broker keeps.</summary>
    public IReadOnlyList<string> Retained =>
        [Availability, State, Detection, Threshold, Privacy, Snapshot, Diagnostics, Health, Coprocessor];

    /// <summary>Begins the topics of commands.</summary>
    public string Commands { get; } = prefix + "/set/";

    /// <summary>The topic of a command.</summary>
    public string Command(string name) => Commands + name;
}
