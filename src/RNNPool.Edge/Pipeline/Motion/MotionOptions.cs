using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Motion;

namespace RNNPool.Edge.Pipeline.Motion;

/// <summary>The motion gate: frames in which nothing has changed are not given to the detector. Section <c>Motion</c>.</summary>
public sealed class MotionOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Motion";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Whether frames without change skip the detector.")]
    public bool Enabled { get; set; }

    [Setting("Difference by which a part of the picture counts as changed.", Unit = "grey levels of 255")]
    [SettingRange(2, 200)]
    public int Threshold { get; set; } = 12;

    [Setting("Changed part of the picture that counts as motion.")]
    [SettingRange(0.0005, 0.5)]
    public double MinArea { get; set; } = 0.002;

    [Setting("How long frames reach the detector after the last motion, and after the last presence has ended.")]
    [SettingRange("00:00:00.5", "00:10:00")]
    public TimeSpan Hold { get; set; } = TimeSpan.FromSeconds(5);

    [Setting("Without motion, the interval at which a few frames reach the detector nevertheless.")]
    [SettingRange("00:00:00.5", "00:00:05")]
    public TimeSpan Refresh { get; set; } = TimeSpan.FromSeconds(3);

    [Setting(
        "Polygons in which motion does not count, as corners in fractions of the frame, such as `0,0 1,0 1,0.2 0,0.2`.",
        Allowed = "at most 32 polygons of 3 to 32 corners"
    )]
    [SettingCount(32)]
    [SettingPattern(MotionDetector.MaskPattern, "3 to 32 corners", Partial = true)]
    public string[] Masks { get; set; } = [];
}

internal sealed class MotionOptionsValidator : IValidateOptions<MotionOptions>
{
    public ValidateOptionsResult Validate(string? name, MotionOptions options)
    {
        SettingRules rules = new SettingRules(MotionOptions.SectionName).Attributes(options);
        MaskRules.Check(rules, MotionOptions.SectionName, nameof(options.Masks), options.Masks);
        return rules.Result();
    }
}
