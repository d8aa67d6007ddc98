using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Host;

/// <summary>Levels of the log. Section <c>Logging</c>.</summary>
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
}

internal sealed class LoggingOptionsValidator : IValidateOptions<LoggingOptions>
{
    public ValidateOptionsResult Validate(string? name, LoggingOptions options) =>
        new SettingRules(LoggingOptions.SectionName).Attributes(options).Result();
}
