using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Health;

/// <summary>When the device reports itself unhealthy or degraded. Section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Health";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting(
        "Age of the last frame above which the device is unhealthy: `/health` then answers 503. A longer Camera:StallTimeout applies.",
        Live = true
    )]
    [SettingRange("00:00:01", "01:00:00")]
    public TimeSpan MaxFrameAge { get; set; } = TimeSpan.FromSeconds(10);

    [Setting("Age of the last inference above which the device is unhealthy. Camera:StallTimeout applies if it is longer.", Live = true)]
    [SettingRange("00:00:01", "01:00:00")]
    public TimeSpan MaxInferenceAge { get; set; } = TimeSpan.FromSeconds(10);

    [Setting("Temperature of the processor from which the health is degraded.", Unit = "°C", Live = true)]
    [SettingRange(30, 120)]
    public double MaxTemperature { get; set; } = 80;

    [Setting("Free space on the disk of the state folder below which the health is degraded.", Unit = "MiB", Live = true)]
    [SettingRange(0, 1_048_576)]
    public int MinFreeSpace { get; set; } = 32;

    /// <summary>Age of the last frame that is too old, with a camera that may be silent for a time before it counts as lost.</summary>
    internal TimeSpan FrameLimit(TimeSpan stallTimeout) => MaxFrameAge > stallTimeout ? MaxFrameAge : stallTimeout;

    /// <summary>Age of the last inference that is too old; there is no inference without a frame.</summary>
    internal TimeSpan InferenceLimit(TimeSpan stallTimeout) => MaxInferenceAge > stallTimeout ? MaxInferenceAge : stallTimeout;
}

internal sealed class HealthOptionsValidator : IValidateOptions<HealthOptions>
{
    public ValidateOptionsResult Validate(string? name, HealthOptions options) =>
        new SettingRules(HealthOptions.SectionName).Attributes(options).Result();
}
