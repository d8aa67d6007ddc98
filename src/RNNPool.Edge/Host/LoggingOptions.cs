using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Host;

/// <summary>Levels of the log. Section <c>Logging</c>.</summary>
public sealed class LoggingOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Logging";

    /// <summary>Lowest level that is written, by category; <c>Default</c> is for all others. Default: Information.</summary>
    [Setting(Live = true)]
    public Dictionary<string, LogLevel> LogLevel { get; set; } = [];
}
