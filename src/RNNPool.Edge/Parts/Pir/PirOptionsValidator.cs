using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Parts.Pir;

internal sealed class PirOptionsValidator : IValidateOptions<PirOptions>
{
    public ValidateOptionsResult Validate(string? name, PirOptions options) =>
        new SettingRules(PirOptions.SectionName).Attributes(options).Result();
}
