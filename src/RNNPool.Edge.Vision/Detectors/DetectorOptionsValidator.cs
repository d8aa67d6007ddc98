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
        SettingRules rules = new SettingRules(DetectorOptions.SectionName).Attributes(options);
        bool integers = options.Engine is HostEngine.Simd or HostEngine.Interpreter;
        return rules
            .Check(nameof(options.Nms), options.Nms, !integers || options.Nms == NmsMethod.Hard, "it must be Hard with this Engine")
            .Result();
    }
}
