namespace RNNPool.Edge.Mqtt;

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
}
