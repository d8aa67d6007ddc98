using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Host;

/// <summary>Levels and form of the log. Section <c>Logging</c>.</summary>
public sealed class LoggingOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Logging";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting(
        "Lowest level that is logged, by category, such as `RNNPool.Edge.Sinks`; `Default` is for all others.",
        Default = "Information",
        Live = true
    )]
    public Dictionary<string, LogLevel> LogLevel { get; set; } = [];

    [Setting(
        "Form of the lines: `Brief` has local time and message; `Full` has UTC time, level, category, event id and message; "
            + "`Json` is an object a line. `Auto` is `Brief` on a terminal, the journal's own form under systemd, and otherwise `Full`."
    )]
    public LogFormat Format { get; set; } = LogFormat.Auto;
}

/// <summary>Form of the lines of the log.</summary>
public enum LogFormat
{
    /// <summary>Chosen by where the output goes.</summary>
    Auto,

    /// <summary>Local time and message.</summary>
    Brief,

    /// <summary>UTC time, level, category, event id and message.</summary>
    Full,

    /// <summary>A JSON object a line.</summary>
    Json,
}

internal sealed class LoggingOptionsValidator : IValidateOptions<LoggingOptions>
{
    public ValidateOptionsResult Validate(string? name, LoggingOptions options) =>
        new SettingRules(LoggingOptions.SectionName).Attributes(options).Result();
}
