using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Motion;
using RNNPool.Edge.Vision.Presence;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The cameras besides the main one, by name. Section <c>Cameras</c>.</summary>
[Setting("Further cameras, by name.")]
[SettingCount(Max)]
[SettingNames(NamePattern, NameAllowed)]
public sealed class CamerasOptions : Dictionary<string, NamedCameraOptions>
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Cameras";

    /// <summary>Most cameras besides the main one.</summary>
    public const int Max = 7;

    /// <summary>Names as a regular expression; a name is part of topics and addresses.</summary>
    public const string NamePattern = "^[a-z0-9_-]{1,32}$";

    /// <summary>What is allowed, to complete "it must be ...".</summary>
    public const string NameAllowed = "1 to 32 lower-case letters, digits, - and _";

    /// <summary>Names of the zones of these cameras.</summary>
    internal IEnumerable<string> ZoneNames => Values.SelectMany(camera => camera.Zones).Select(zone => zone.Name);
}

/// <summary>One camera besides the main one.</summary>
[SettingNeeds(nameof(OnlyInZones), nameof(Zones))]
public sealed class NamedCameraOptions : CaptureOptions
{
    private const string SourcePattern = "^(?:" + KindsPattern;

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Source of the frames, as for Camera:Source.", Allowed = "a source", Required = true)]
    [SettingPattern(SourcePattern, "a camera", Partial = true)]
    public override string? Source { get; set; }

    [Setting("Presence:EnterThreshold of this camera.", Default = "Presence:EnterThreshold", Live = true)]
    [SettingRange(0.0001, 0.9999)]
    public float? EnterThreshold { get; set; }

    [Setting("Named parts of the picture, as Presence:Zones. No two zones of a device have the same name.", Live = true)]
    [SettingCount(PresenceOptions.MaxZones)]
    public List<ZoneOptions> Zones { get; set; } = [];

    [Setting("Whether only objects in a zone of this camera are announced and count as seen.", Live = true)]
    public bool OnlyInZones { get; set; }

    [Setting(
        "Polygons of the picture in which motion does not count, as Motion:Masks.",
        Allowed = "at most 32 polygons of 3 to 32 corners"
    )]
    [SettingCount(32)]
    [SettingPattern(MotionDetector.MaskPattern, "3 to 32 corners", Partial = true)]
    public string[] Masks { get; set; } = [];
#pragma warning restore CS1591

    /// <summary>The settings of presence for this camera.</summary>
    /// <param name="shared">The section <c>Presence</c>.</param>
    internal PresenceOptions CreatePresence(PresenceOptions shared) =>
        shared.With(Zones, OnlyInZones, EnterThreshold ?? shared.EnterThreshold);
}

/// <summary>
/// Checks the cameras. What it compares with other sections comes from the configuration, because the options of those sections may still
/// be the earlier ones while settings are reloaded.
/// </summary>
internal sealed class CamerasOptionsValidator(CameraFactory factory, IConfiguration configuration) : IValidateOptions<CamerasOptions>
{
    public ValidateOptionsResult Validate(string? name, CamerasOptions options)
    {
        SettingRules rules = new SettingRules(CamerasOptions.SectionName).Attributes(options);
        if (options.Count == 0)
            return rules.Result();
        rules.Check(CheckMain(options));
        HashSet<string> zones =
        [
            .. configuration
                .GetSection($"{PresenceOptions.SectionName}:{nameof(PresenceOptions.Zones)}")
                .GetChildren()
                .Select(zone => zone[nameof(ZoneOptions.Name)] ?? ""),
        ];
        foreach ((string camera, NamedCameraOptions settings) in options)
        {
            if (settings is not null)
                Check(rules, camera, settings, zones);
        }

        return rules.Result();
    }

    /// <summary>The main camera needs a name of the same kind, because its topics contain it as well.</summary>
    private string? CheckMain(CamerasOptions options)
    {
        string key = $"{CameraOptions.SectionName}:{nameof(CameraOptions.Name)}";
        string? main = configuration[key];
        if (string.IsNullOrEmpty(main))
            return $"{key} is not set; with {CamerasOptions.SectionName} it must be {CamerasOptions.NameAllowed}.";
        if (options.ContainsKey(main))
            return $"{key} is '{SettingRules.Printable(main)}'; a camera of {CamerasOptions.SectionName} has that name already.";
        return new SettingNamesAttribute(CamerasOptions.NamePattern, CamerasOptions.NameAllowed).IsName(main)
            ? null
            : $"{key} is '{SettingRules.Printable(main)}'; with {CamerasOptions.SectionName} it must be {CamerasOptions.NameAllowed}.";
    }

    private void Check(SettingRules rules, string camera, NamedCameraOptions settings, HashSet<string> zones)
    {
        string key = $"{CamerasOptions.SectionName}:{camera}",
            prefix = camera + ":";
        if (!string.IsNullOrWhiteSpace(settings.Source))
            rules.Check(CaptureRules.CheckSource(key, settings, factory));
        CaptureRules.Check(rules, key, prefix, settings);
        ZoneRules.Check(rules, $"{prefix}{nameof(settings.Zones)}:", settings.Zones ?? []);
        MaskRules.Check(rules, CamerasOptions.SectionName, prefix + nameof(settings.Masks), settings.Masks ?? []);
        for (int i = 0; i < (settings.Zones?.Count ?? 0); i++)
        {
            string zone = settings.Zones![i]?.Name ?? "";
            if (zone.Length > 0 && !zones.Add(zone) && settings.Zones.FindIndex(other => other?.Name == zone) == i)
                rules.Check(
                    FormattableString.Invariant($"{prefix}{nameof(settings.Zones)}:{i}:{nameof(ZoneOptions.Name)}"),
                    zone,
                    false,
                    "a zone of another camera has that name already"
                );
        }
    }
}
