using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Health;

/// <summary>When the device calls itself unhealthy. Section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Health";

    /// <summary>Oldest last frame of a healthy device. 1 s to 1 h; default 10 s.</summary>
    [Setting(Live = true)]
    public TimeSpan MaxFrameAge { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Oldest last inference of a healthy device. 1 s to 1 h; default 10 s.</summary>
    [Setting(Live = true)]
    public TimeSpan MaxInferenceAge { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Temperature of the processor from which the health is degraded. Degrees Celsius; default 80; 30 to 120.</summary>
    [Setting(Live = true)]
    public double MaxTemperature { get; set; } = 80;

    /// <summary>Room on the disk of the state folder below which the health is degraded. MiB; default 32; 0 to 1048576.</summary>
    [Setting(Live = true)]
    public int MinFreeSpace { get; set; } = 32;
}

internal sealed class HealthOptionsValidator : IValidateOptions<HealthOptions>
{
    public ValidateOptionsResult Validate(string? name, HealthOptions options) =>
        new SettingRules(HealthOptions.SectionName)
            .Range(nameof(options.MaxFrameAge), options.MaxFrameAge, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
            .Range(nameof(options.MaxInferenceAge), options.MaxInferenceAge, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
            .Range(nameof(options.MaxTemperature), options.MaxTemperature, 30.0, 120.0)
            .Range(nameof(options.MinFreeSpace), options.MinFreeSpace, 0, 1_048_576)
            .Result();
}
