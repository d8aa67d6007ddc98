using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Sinks.Journal;

/// <summary>The journal of past events. Section <c>Journal</c>; see docs/journal.md.</summary>
public sealed class JournalOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Journal";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Whether events are kept in the state folder.")]
    public bool Enabled { get; set; } = true;

    [Setting("Age at which events are deleted.", Live = true)]
    [SettingRange("00:01:00", "3650.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(30);

    [Setting("Size of the database above which the oldest events are deleted.", Unit = "MiB", Live = true)]
    [SettingRange(1, 65536)]
    public int MaxSize { get; set; } = 64;

    [Setting("Whether the best picture of each presence is kept with its events; needs `Device:AllowImages` too.", Live = true)]
    public bool Thumbnails { get; set; }

    [Setting("Width of the small copies of the pictures, for lists.", Unit = "pixels", Live = true)]
    [SettingRange(32, 640)]
    public int ThumbnailWidth { get; set; } = 160;
}

internal sealed class JournalOptionsValidator : IValidateOptions<JournalOptions>
{
    public ValidateOptionsResult Validate(string? name, JournalOptions options) =>
        new SettingRules(JournalOptions.SectionName).Attributes(options).Result();
}
