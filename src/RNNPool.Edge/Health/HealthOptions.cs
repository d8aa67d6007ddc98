using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Health;

/// <summary>When the device reports itself unhealthy or degraded. Section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Health";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Age of the last frame above which the device is unhealthy: `/health` then answers 503.", Live = true)]
    [SettingRange("00:00:01", "01:00:00")]
    public TimeSpan MaxFrameAge { get; set; } = TimeSpan.FromSeconds(10);

    [Setting("Age of the last inference above which the device is unhealthy.", Live = true)]
    [SettingRange("00:00:01", "01:00:00")]
    public TimeSpan MaxInferenceAge { get; set; } = TimeSpan.FromSeconds(10);

    [Setting("Temperature of the processor from which the health is degraded.", Unit = "°C", Live = true)]
    [SettingRange(30, 120)]
    public double MaxTemperature { get; set; } = 80;

    [Setting("Free space on the disk of the state folder below which the health is degraded.", Unit = "MiB", Live = true)]
    [SettingRange(0, 1_048_576)]
    public int MinFreeSpace { get; set; } = 32;
}

internal sealed class HealthOptionsValidator : IValidateOptions<HealthOptions>
{
    public ValidateOptionsResult Validate(string? name, HealthOptions options) =>
        new SettingRules(HealthOptions.SectionName).Attributes(options).Result();
}
