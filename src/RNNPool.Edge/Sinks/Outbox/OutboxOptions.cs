namespace RNNPool.Edge.Sinks.Outbox;

/// <summary>Events that wait for a receiver, a part of another section.</summary>
public sealed class OutboxOptions
{
#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Events that wait. When the outbox is full, the oldest event is dropped, counted and logged.", Unit = "events")]
    [SettingRange(1, 100_000)]
    public int MaxEvents { get; set; } = 5000;

    [Setting("Age at which waiting events are dropped, counted and logged.")]
    [SettingRange("00:01:00", "365.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(7);

    [Setting("Whether waiting events are kept on disk (in the state folder), so that they survive a restart.")]
    public bool Persist { get; set; } = true;
}
