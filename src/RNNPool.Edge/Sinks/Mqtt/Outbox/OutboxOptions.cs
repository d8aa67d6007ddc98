namespace RNNPool.Edge.Sinks.Mqtt.Outbox;

/// <summary>Events that wait for the broker. Section <c>Mqtt:Outbox</c>.</summary>
public sealed class OutboxOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = $"{MqttOptions.SectionName}:Outbox";

    /// <summary>Most events that wait; then the oldest is dropped. Events; default 5000; 1 to 100000.</summary>
    public int MaxEvents { get; set; } = 5000;

    /// <summary>Events that have waited for longer are dropped. 1 min to 365 days; default 7 days.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Whether waiting events are kept on disk, so that they survive a restart. Default true.</summary>
    public bool Persist { get; set; } = true;
}
