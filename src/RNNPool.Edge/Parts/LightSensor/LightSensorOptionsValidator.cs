using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Parts.LightSensor;

/// <summary>Validates the settings of the light sensor.</summary>
internal sealed class LightSensorOptionsValidator : IValidateOptions<LightSensorOptions>
{
    public ValidateOptionsResult Validate(string? name, LightSensorOptions options)
    {
        IReadOnlyList<int> addresses = options.Type == LightSensorType.Bh1750 ? Bh1750.Addresses : Tsl2561.Addresses;
        return new SettingRules(LightSensorOptions.SectionName)
            .Attributes(options)
            .Check(
                nameof(options.Address),
                options.Address,
                options.Address is null || addresses.Contains(options.Address.Value),
                $"it must be one of {string.Join(", ", addresses)} for this Type"
            )
            .Check(
                nameof(options.BrightAbove),
                options.BrightAbove,
                options.ActualBrightAbove > options.DarkBelow,
                "it must be above LightSensor:DarkBelow"
            )
            .Result();
    }
}
