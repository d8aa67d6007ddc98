using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Parts.StatusLight;

/// <summary>Validates the settings of the LEDs.</summary>
internal sealed class StatusLightOptionsValidator : IValidateOptions<StatusLightOptions>
{
    public ValidateOptionsResult Validate(string? name, StatusLightOptions options) =>
        new SettingRules(StatusLightOptions.SectionName).Attributes(options).Result();
}
