using Microsoft.Extensions.Options;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>The main camera. Section <c>Camera</c>.</summary>
public sealed class CameraOptions : CaptureOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Camera";

    private const string SourcePattern = "^(?:\\s*$|none:$|" + KindsPattern;

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting(
        "Source of the frames; the kinds are described below.",
        Default = "none; `run` then starts without a camera, to be set up on its page",
        Allowed = "a source",
        SetUpValue = NoCamera.Source
    )]
    [SettingPattern(SourcePattern, "a camera", Partial = true)]
    public override string? Source { get; set; }

    [Setting("Name of the camera in events.", Default = "the source without its parameters")]
    [SettingText(1, 64)]
    public string? Name { get; set; }
#pragma warning restore CS1591
}

internal sealed class CameraOptionsValidator(CameraFactory factory) : IValidateOptions<CameraOptions>
{
    public ValidateOptionsResult Validate(string? name, CameraOptions options)
    {
        SettingRules rules = new SettingRules(CameraOptions.SectionName).Attributes(options);
        if (string.IsNullOrWhiteSpace(options.Source))
            rules.Check("Camera:Source is not set; it must be a camera, such as /dev/video0, csi or rtsp://camera.local/stream.");
        else if (options.Source != NoCamera.Source)
            rules.Check(CaptureRules.CheckSource(CameraOptions.SectionName, options, factory));
        return CaptureRules.Check(rules, CameraOptions.SectionName, "", options).Result();
    }
}
