using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Events;

/// <summary>The queues and the history of events. Section <c>Events</c>.</summary>
public sealed class EventOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Events";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Events that wait for one sink. When the queue is full, the oldest event is dropped, counted and logged.", Unit = "events")]
    [SettingRange(1, 10000)]
    public int QueueLength { get; set; } = 256;

    [Setting("Recent events kept in memory for `/api/events`.", Unit = "events")]
    [SettingRange(1, 10000)]
    public int History { get; set; } = 200;

    [Setting("Whether events are written to the log.")]
    public bool Log { get; set; } = true;
}

internal sealed class EventOptionsValidator : IValidateOptions<EventOptions>
{
    public ValidateOptionsResult Validate(string? name, EventOptions options) =>
        new SettingRules(EventOptions.SectionName).Attributes(options).Result();
}
