using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Parts.Lcd;

/// <summary>Validates the settings of the character display.</summary>
internal sealed class LcdOptionsValidator : IValidateOptions<LcdOptions>
{
    public ValidateOptionsResult Validate(string? name, LcdOptions options) =>
        new SettingRules(LcdOptions.SectionName).Attributes(options).Result();
}
