using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Vision.Detectors;

/// <summary>Checks <see cref="DetectorOptions"/>; each failure names the key, its value and the allowed values.</summary>
public sealed class DetectorOptionsValidator : IValidateOptions<DetectorOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, DetectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SettingRules(DetectorOptions.SectionName).Attributes(options).Result();
    }
}
