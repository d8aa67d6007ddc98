using Microsoft.Extensions.Options;
using RNNPool.Edge.Hardware.Gpio;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Validates the pins and the zones that they name.</summary>
internal sealed class GpioOptionsValidator(IOptions<PresenceOptions> presence) : IValidateOptions<GpioOptions>
{
    public ValidateOptionsResult Validate(string? name, GpioOptions options)
    {
        SettingRules rules = new SettingRules(GpioOptions.SectionName).Attributes(options);
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < options.Outputs.Count; i++)
        {
            string key = $"{nameof(options.Outputs)}:{i}";
            CheckPin(rules, taken, key, options.Outputs[i].Pin);
            CheckZone(rules, key, options.Outputs[i]);
        }

        for (int i = 0; i < options.Inputs.Count; i++)
            CheckPin(rules, taken, $"{nameof(options.Inputs)}:{i}", options.Inputs[i].Pin);
        return rules.Result();
    }

    private static void CheckPin(SettingRules rules, Dictionary<string, string> taken, string key, string? pin)
    {
        string full = $"{key}:{nameof(GpioOutputOptions.Pin)}";
        if (PinAddress.TryParse(pin, out _) && !taken.TryAdd(pin!.Trim(), full))
            rules.Check(full, pin, false, $"it must be another line, because {GpioOptions.SectionName}:{taken[pin.Trim()]} has this one");
    }

    private void CheckZone(SettingRules rules, string key, GpioOutputOptions pin)
    {
        if (PinSource.TryParse(pin.Source, out PinSource source) && source.Presence.FindUnknownZone(presence) is { } allowed)
            rules.Check($"{key}:{nameof(pin.Source)}", pin.Source, false, allowed);
    }
}
