using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Motion;

namespace RNNPool.Edge.Pipeline.Motion;

/// <summary>The motion gate: frames in which nothing has changed are not given to the detector. Section <c>Motion</c>.</summary>
public sealed class MotionOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Motion";

    /// <summary>Whether there is a motion gate. Default false: every frame is looked at.</summary>
    public bool Enabled { get; set; }

    /// <summary>Grey levels, of 255, by which a part of the picture must differ. 2 to 200; default 12.</summary>
    public int Threshold { get; set; } = 12;

    /// <summary>Part of the picture that must differ. 0.0005 to 0.5; default 0.002, about 25x25 pixels of 640x480.</summary>
    public double MinArea { get; set; } = 0.002;

    /// <summary>How long frames are looked at after the last motion, and after the last presence has ended. 0.5 s to 10 min; default 5 s.</summary>
    public TimeSpan Hold { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Without motion a few frames are looked at this often all the same, so that nothing stays unseen. 0.5 s to 5 s; default 3 s.</summary>
    public TimeSpan Refresh { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Polygons in which motion does not count, as corners in fractions of the frame: <c>0,0 1,0 1,0.2 0,0.2</c>. At most 32; default: none.</summary>
    public string[] Masks { get; set; } = [];
}

internal sealed class MotionOptionsValidator : IValidateOptions<MotionOptions>
{
    public ValidateOptionsResult Validate(string? name, MotionOptions options)
    {
        SettingRules rules = new SettingRules(MotionOptions.SectionName)
            .Range(nameof(options.Threshold), options.Threshold, 2, 200)
            .Range(nameof(options.MinArea), options.MinArea, 0.0005, 0.5)
            .Range(nameof(options.Hold), options.Hold, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(10))
            .Range(nameof(options.Refresh), options.Refresh, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5))
            .Check(nameof(options.Masks), options.Masks.Length, options.Masks.Length <= 32, "it must have at most 32 entries");
        bool polygons = true;
        for (int i = 0; i < options.Masks.Length; i++)
        {
            string? error = MotionDetector.Check([options.Masks[i]]);
            polygons &= error is null;
            rules.Check($"{nameof(options.Masks)}:{i}", options.Masks[i], error is null, $"it must {error}");
        }

        return rules.Check(polygons ? Cover(options.Masks) : null).Result();
    }

    private static string? Cover(string[] masks)
    {
        try
        {
            _ = new MotionDetector(2, 0.1f, masks);
            return null;
        }
        catch (ArgumentException)
        {
            return "Motion:Masks cover the whole picture; they must leave something to look at.";
        }
    }
}
