using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>What is kept of past events, and for how long. Section <c>Journal</c>.</summary>
public sealed class JournalOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Journal";

    /// <summary>Whether events are kept in the state folder. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Age at which events are deleted. 1 min to 3650 days; default 30 days.</summary>
    [Setting(Live = true)]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Size of the database in MiB above which the oldest events are deleted. MiB; default 64; 1 to 65536.</summary>
    [Setting(Live = true)]
    public int MaxSize { get; set; } = 64;

    /// <summary>Whether a small picture is kept with every <c>new</c> event; needs <c>Device:AllowImages</c> too. Default false.</summary>
    [Setting(Live = true)]
    public bool Thumbnails { get; set; }

    /// <summary>Width of these pictures. Pixels; default 160; 32 to 640.</summary>
    [Setting(Live = true)]
    public int ThumbnailWidth { get; set; } = 160;
}

internal sealed class JournalOptionsValidator : IValidateOptions<JournalOptions>
{
    public ValidateOptionsResult Validate(string? name, JournalOptions options) =>
        new SettingRules(JournalOptions.SectionName)
            .Range(nameof(options.MaxAge), options.MaxAge, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650))
            .Range(nameof(options.MaxSize), options.MaxSize, 1, 65536)
            .Range(nameof(options.ThumbnailWidth), options.ThumbnailWidth, 32, 640)
            .Result();
}
