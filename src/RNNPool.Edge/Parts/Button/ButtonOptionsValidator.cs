using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Parts.Button;

internal sealed class ButtonOptionsValidator : IValidateOptions<ButtonOptions>
{
    public ValidateOptionsResult Validate(string? name, ButtonOptions options) =>
        new SettingRules(ButtonOptions.SectionName).Attributes(options).Result();
}
