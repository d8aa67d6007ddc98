using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;

namespace RNNPool.Edge.Events;

/// <summary>How events are kept and passed on. Section <c>Events</c>.</summary>
public sealed class EventOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Events";

    /// <summary>Events that wait for one sink before the oldest is dropped. Events; default 256; 1 to 10000.</summary>
    public int QueueLength { get; set; } = 256;

    /// <summary>Recent events kept in memory for <c>/api/events</c>. Events; default 200; 1 to 10000.</summary>
    public int History { get; set; } = 200;

    /// <summary>Whether events are written to the log. Default true.</summary>
    public bool Log { get; set; } = true;
}

internal sealed class EventOptionsValidator : IValidateOptions<EventOptions>
{
    public ValidateOptionsResult Validate(string? name, EventOptions options) =>
        new SettingRules(EventOptions.SectionName)
            .Range(nameof(options.QueueLength), options.QueueLength, 1, 10000)
            .Range(nameof(options.History), options.History, 1, 10000)
            .Result();
}
