using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Checks the pins, and that a zone that a pin shows exists.</summary>
internal sealed class GpioOptionsValidator(IOptions<PresenceOptions> presence) : IValidateOptions<GpioOptions>
{
    public ValidateOptionsResult Validate(string? name, GpioOptions options)
    {
        var rules = new SettingRules(GpioOptions.SectionName);
        if (options.Outputs.Count > GpioOptions.MaxPins)
            rules.Check($"Gpio:Outputs has {options.Outputs.Count} pins; it must have at most {GpioOptions.MaxPins}.");
        if (options.Inputs.Count > GpioOptions.MaxPins)
            rules.Check($"Gpio:Inputs has {options.Inputs.Count} pins; it must have at most {GpioOptions.MaxPins}.");
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < options.Outputs.Count; i++)
            CheckOutput(rules, taken, $"{nameof(options.Outputs)}:{i}", options.Outputs[i]);
        for (int i = 0; i < options.Inputs.Count; i++)
            CheckInput(rules, taken, $"{nameof(options.Inputs)}:{i}", options.Inputs[i]);
        return rules.Result();
    }

    private void CheckOutput(SettingRules rules, Dictionary<string, string> taken, string key, GpioOutputOptions pin)
    {
        CheckPin(rules, taken, key, pin.Pin);
        string sources = string.Join(", ", PinSource.Examples);
        if (!PinSource.TryParse(pin.Source, out PinSource source))
            rules.Check($"{key}:{nameof(pin.Source)}", pin.Source, false, $"it must be one of {sources}");
        else if (source.Kind == PinSourceKind.Zone && Zones() is { } zones && !zones.Contains(source.Name))
            rules.Check(
                $"{key}:{nameof(pin.Source)}",
                pin.Source,
                false,
                zones.Count == 0
                    ? "there is no zone; add it to Presence:Zones"
                    : $"it must name a zone of Presence:Zones: {string.Join(", ", zones)}"
            );
        if (pin.Pattern is { } pattern)
            Known(rules, $"{key}:{nameof(pin.Pattern)}", pattern);
        rules.Range($"{key}:{nameof(pin.Duration)}", pin.Duration, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
        rules.Range($"{key}:{nameof(pin.Period)}", pin.Period, TimeSpan.FromMilliseconds(20), TimeSpan.FromHours(1));
        Known(rules, $"{key}:{nameof(pin.Drive)}", pin.Drive);
        Known(rules, $"{key}:{nameof(pin.Bias)}", pin.Bias);
    }

    private static void CheckInput(SettingRules rules, Dictionary<string, string> taken, string key, GpioInputOptions pin)
    {
        CheckPin(rules, taken, key, pin.Pin);
        Known(rules, $"{key}:{nameof(pin.Function)}", pin.Function);
        Known(rules, $"{key}:{nameof(pin.Pull)}", pin.Pull);
        rules.Range($"{key}:{nameof(pin.Debounce)}", pin.Debounce, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private static void CheckPin(SettingRules rules, Dictionary<string, string> taken, string key, string? pin)
    {
        string full = $"{key}:{nameof(GpioOutputOptions.Pin)}";
        if (!PinAddress.TryParse(pin, out _))
            rules.Check(full, pin, false, "it must be a line, such as 17, J8:11, GPIO17 or pinctrl-rp1:17");
        else if (!taken.TryAdd(pin!.Trim(), full))
            rules.Check(full, pin, false, $"it must be another line, for {GpioOptions.SectionName}:{taken[pin.Trim()]} has this one");
    }

    private static void Known<T>(SettingRules rules, string key, T value)
        where T : struct, Enum => rules.Check(key, value, Enum.IsDefined(value), $"it must be {string.Join(" or ", Enum.GetNames<T>())}");

    /// <summary>Null when the zones themselves are wrong, which has its own sentence.</summary>
    private List<string>? Zones()
    {
        try
        {
            return [.. presence.Value.Zones.Select(zone => zone.Name)];
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }
}
