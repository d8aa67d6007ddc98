using Microsoft.Extensions.Options;

namespace RNNPool.Edge.Pipeline.Pictures;

/// <summary>
/// How pictures of presences are made. Section <c>Pictures</c>. <c>Device:AllowImages</c> and the settings of their users decide whether.
/// </summary>
public sealed class PictureOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Pictures";

#pragma warning disable CS1591 // [Setting] describes each property.
    [Setting("Widest picture of a presence; a wider frame is shrunk.", Unit = "pixels", Live = true)]
    [SettingRange(32, 1920)]
    public int Width { get; set; } = 640;

    [Setting(
        "Whether faces are blurred in the pictures of presences: boxes labelled `face`, and the upper part of boxes labelled `person`. "
            + "Faces that the model misses stay visible.",
        Live = true
    )]
    public bool BlurFaces { get; set; }
}

internal sealed class PictureOptionsValidator : IValidateOptions<PictureOptions>
{
    public ValidateOptionsResult Validate(string? name, PictureOptions options) =>
        new SettingRules(PictureOptions.SectionName).Attributes(options).Result();
}
