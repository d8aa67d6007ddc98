namespace RNNPool.Edge.Sinks.Mqtt.Outbox;

/// <summary>Events that wait for the broker. Section <c>Mqtt:Outbox</c>.</summary>
public sealed class OutboxOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = $"{MqttOptions.SectionName}:Outbox";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Events that wait for the broker. When the outbox is full, the oldest event is dropped, counted and logged.", Unit = "events")]
    [SettingRange(1, 100_000)]
    public int MaxEvents { get; set; } = 5000;

    [Setting("Age at which waiting events are dropped, counted and logged.")]
    [SettingRange("00:01:00", "365.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(7);

    [Setting("Whether waiting events are kept on disk (`outbox.db` in the state folder), so that they survive a restart.")]
    public bool Persist { get; set; } = true;
}
