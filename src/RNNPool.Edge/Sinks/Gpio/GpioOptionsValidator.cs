using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Validates the pins and the zones that they name.</summary>
internal sealed class GpioOptionsValidator(IOptions<PresenceOptions> presence) : IValidateOptions<GpioOptions>
{
    public ValidateOptionsResult Validate(string? name, GpioOptions options)
    {
        SettingRules rules = new SettingRules(GpioOptions.SectionName).Attributes(options);
        for (int i = 0; i < options.Outputs.Count; i++)
            CheckZone(rules, $"{nameof(options.Outputs)}:{i}", options.Outputs[i]);

        return rules.Result();
    }

    private void CheckZone(SettingRules rules, string key, GpioOutputOptions pin)
    {
        if (PinSource.TryParse(pin.Source, out PinSource source) && source.Presence.FindUnknownZone(presence) is { } allowed)
            rules.Check($"{key}:{nameof(pin.Source)}", pin.Source, false, allowed);
    }
}
