using Microsoft.Extensions.Options;
using RNNPool.Edge.Pipeline.Camera;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Sinks.Gpio;

/// <summary>Validates the pins, and the zones and cameras that they name.</summary>
internal sealed class GpioOptionsValidator(
    IOptions<PresenceOptions> presence,
    IOptions<CameraOptions>? main = null,
    IOptions<CamerasOptions>? cameras = null
) : IValidateOptions<GpioOptions>
{
    public ValidateOptionsResult Validate(string? name, GpioOptions options)
    {
        SettingRules rules = new SettingRules(GpioOptions.SectionName).Attributes(options);
        for (int i = 0; i < options.Outputs.Count; i++)
        {
            string key = $"{nameof(options.Outputs)}:{i}";
            CheckZone(rules, key, options.Outputs[i]);
            if (options.Outputs[i].Camera is { } camera && FindWrongCamera(options.Outputs[i].Source, camera) is { } allowed)
                rules.Check($"{key}:{nameof(GpioOutputOptions.Camera)}", camera, false, allowed);
        }

        return rules.Result();
    }

    private void CheckZone(SettingRules rules, string key, GpioOutputOptions pin)
    {
        bool isSource = PinSource.TryParse(pin.Source, out PinSource source);
        if (isSource && source.Presence.FindUnknownZone(presence, () => cameras?.Value.ZoneNames ?? []) is { } allowed)
            rules.Check($"{key}:{nameof(pin.Source)}", pin.Source, false, allowed);
    }

    private string? FindWrongCamera(string text, string camera)
    {
        if (PinSource.TryParse(text, out PinSource source) && (!source.IsPresence || source.Presence.Zone is not null))
            return "it is allowed with the sources occupancy and label:NAME only";
        string[] names;
        try
        {
            names = [.. new[] { main?.Value.Name }.OfType<string>(), .. cameras?.Value.Keys.AsEnumerable() ?? []];
        }
        catch (OptionsValidationException)
        {
            // The validators of these sections report it.
            return null;
        }

        if (names.Contains(camera, StringComparer.Ordinal))
            return null;
        return names.Length == 0 ? "there is no camera with a name; set Camera:Name" : $"it must be a camera: {string.Join(", ", names)}";
    }
}
