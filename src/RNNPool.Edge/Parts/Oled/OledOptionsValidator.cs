using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Parts.Oled;

/// <summary>Validates the settings of the display.</summary>
internal sealed class OledOptionsValidator : IValidateOptions<OledOptions>
{
    public ValidateOptionsResult Validate(string? name, OledOptions options) =>
        new SettingRules(OledOptions.SectionName).Attributes(options).Result();
}
