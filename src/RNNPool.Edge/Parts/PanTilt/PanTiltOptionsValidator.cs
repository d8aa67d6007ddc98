using System.Globalization;
using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Parts.PanTilt;

/// <summary>Validates the settings of the servos.</summary>
internal sealed class PanTiltOptionsValidator : IValidateOptions<PanTiltOptions>
{
    private const int LastPwmChannel = 3;

    public ValidateOptionsResult Validate(string? name, PanTiltOptions options)
    {
        SettingRules rules = new SettingRules(PanTiltOptions.SectionName).Attributes(options);
        if (options is not { Pan: { } pan, Tilt: { } tilt })
            return rules.Result();
        CheckAxis(rules, nameof(options.Pan), pan, options);
        CheckAxis(rules, nameof(options.Tilt), tilt, options);
        return rules
            .Check(
                $"{nameof(options.Tilt)}:{nameof(tilt.Channel)}",
                tilt.Channel,
                tilt.Channel != pan.Channel,
                $"it must be another channel, for {PanTiltOptions.SectionName}:{nameof(options.Pan)}:{nameof(pan.Channel)} has this one"
            )
            .Result();
    }

    private static void CheckAxis(SettingRules rules, string key, PanTiltAxisOptions axis, PanTiltOptions options)
    {
        double limit = options.ServoRange / 2;
        string reach = string.Create(CultureInfo.InvariantCulture, $"it must be from {-limit} to {limit}, the range of the servo");
        rules.Check($"{key}:{nameof(axis.Min)}", axis.Min, axis.Min >= -limit && axis.Min <= limit, reach);
        rules.Check($"{key}:{nameof(axis.Max)}", axis.Max, axis.Max >= -limit && axis.Max <= limit, reach);
        rules.Check($"{key}:{nameof(axis.Max)}", axis.Max, axis.Max > axis.Min, $"it must be greater than {nameof(axis.Min)}");
        rules.Check(
            $"{key}:{nameof(axis.Home)}",
            axis.Home,
            axis.Home >= axis.Min && axis.Home <= axis.Max,
            $"it must be from {nameof(axis.Min)} to {nameof(axis.Max)}"
        );
        rules.Check(
            $"{key}:{nameof(axis.Channel)}",
            axis.Channel,
            options.Driver != PanTiltDriver.Pwm || axis.Channel <= LastPwmChannel,
            string.Create(CultureInfo.InvariantCulture, $"it must be from 0 to {LastPwmChannel}, because a PWM chip has no more channels")
        );
    }
}
