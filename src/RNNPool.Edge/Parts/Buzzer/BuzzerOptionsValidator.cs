using Microsoft.Extensions.Options;
using RNNPool.Edge.Events;
using RNNPool.Edge.Parts.LightSensor;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Parts.Buzzer;

/// <summary>Validates the settings of the buzzer, and the zone and the light sensor that they need.</summary>
internal sealed class BuzzerOptionsValidator(
    IOptions<PresenceOptions> presence,
    IOptions<LightSensorOptions> light,
    IOptions<CamerasOptions>? cameras = null
) : IValidateOptions<BuzzerOptions>
{
    public ValidateOptionsResult Validate(string? name, BuzzerOptions options)
    {
        SettingRules rules = new SettingRules(BuzzerOptions.SectionName).Attributes(options);
        bool isSource = PresenceSource.TryParse(options.Source, out PresenceSource source);
        if (isSource && source.FindUnknownZone(presence, () => cameras?.Value.ZoneNames ?? []) is { } allowed)
            rules.Check(nameof(options.Source), options.Source, false, allowed);
        return rules
            .Check(
                nameof(options.RepeatInterval),
                options.RepeatInterval,
                options.RepeatInterval >= options.Beeps * (options.BeepTime + options.PauseTime),
                "it must be at least Beeps times the sum of BeepTime and PauseTime"
            )
            .Check(
                nameof(options.QuietWhenDark),
                options.QuietWhenDark,
                !options.QuietWhenDark || HasLightSensor(),
                "it needs LightSensor:Enabled"
            )
            .Result();
    }

    /// <summary>True also when the section of the sensor is invalid, which its own validator reports.</summary>
    private bool HasLightSensor()
    {
        try
        {
            return light.Value.Enabled;
        }
        catch (OptionsValidationException)
        {
            return true;
        }
    }
}
