using Microsoft.Extensions.Options;
using RNNPool.Edge.Core;
using RNNPool.Edge.Vision.Cameras;
using RNNPool.Edge.Vision.Configuration;

namespace RNNPool.Edge.Pipeline.Camera;

/// <summary>Where the frames come from. Section <c>Camera</c>.</summary>
public sealed class CameraOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Camera";

    /// <summary>
    /// The source: <c>v4l2:</c> and a device, <c>rpicam:</c> and a number, <c>ffmpeg:</c> and an address or a file, <c>images:</c> and a
    /// folder, a file or a pattern, or <c>synthetic:</c>, with parameters as in <c>images:/srv/pictures?rate=5&amp;loop=true</c>. No
    /// default; it must be set.
    /// </summary>
    [Setting(SetUpValue = NoCamera.Source)]
    public string? Source { get; set; }

    /// <summary>What events call the camera. At most 64 characters; default: the source without its parameters.</summary>
    public string? Name { get; set; }

    /// <summary>Frames per second that are taken from a live camera. 0.1 to 240; default 10. A rate of the source itself comes first.</summary>
    public double Rate { get; set; } = 10;

    /// <summary>Frames per second while nothing moves and nobody is there, or while detection is off. 0.1 to 240; default 5; never more than <see cref="Rate"/>.</summary>
    public double IdleRate { get; set; } = 5;

    /// <summary>A camera that has delivered and then delivers nothing for this long counts as lost. 0.5 s to 5 min; default 3 s.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Longest time from the opening of a camera to its first frame. 1 s to 5 min; default 15 s.</summary>
    public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Delay before a lost camera is opened again; it doubles with every failure. 0.1 s to 1 min; default 0.5 s.</summary>
    public TimeSpan ReopenDelay { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest delay between attempts to open. <see cref="ReopenDelay"/> to 1 h; default 30 s.</summary>
    public TimeSpan MaxReopenDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Controls of a <c>v4l2:</c> camera by name, such as <c>auto_exposure</c>, with the values that they are set to. Default: none.</summary>
    public Dictionary<string, string> Controls { get; set; } = [];
}

internal sealed class CameraOptionsValidator(CameraFactory factory) : IValidateOptions<CameraOptions>
{
    public ValidateOptionsResult Validate(string? name, CameraOptions options) =>
        new SettingRules(CameraOptions.SectionName)
            .Check(CheckSource(options.Source))
            .Check(
                nameof(options.Name),
                options.Name,
                options.Name is null || (options.Name.Length is >= 1 and <= 64 && !options.Name.Any(char.IsControl)),
                "it must be 1 to 64 characters without control characters"
            )
            .Range(nameof(options.Rate), options.Rate, 0.1, 240)
            .Range(nameof(options.IdleRate), options.IdleRate, 0.1, 240)
            .Range(nameof(options.StallTimeout), options.StallTimeout, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(5))
            .Range(nameof(options.OpenTimeout), options.OpenTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5))
            .Check(
                nameof(options.StallTimeout),
                options.StallTimeout,
                options.StallTimeout.TotalSeconds * Math.Min(options.Rate, options.IdleRate) >= 2,
                "it must be at least two periods of Camera:Rate and Camera:IdleRate"
            )
            .Check(
                nameof(options.Controls),
                options.Controls.Keys.FirstOrDefault(),
                options.Controls.Count == 0 || options.Source?.StartsWith("v4l2:", StringComparison.OrdinalIgnoreCase) == true,
                "controls are those of a v4l2: camera"
            )
            .Range(nameof(options.ReopenDelay), options.ReopenDelay, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1))
            .Range(nameof(options.MaxReopenDelay), options.MaxReopenDelay, options.ReopenDelay, TimeSpan.FromHours(1))
            .Result();

    /// <summary>Makes the camera without opening it, so that its own provider judges the parameters.</summary>
    private string? CheckSource(string? source)
    {
        string examples = string.Join(" or ", factory.Providers.Select(provider => provider.Example));
        if (string.IsNullOrWhiteSpace(source))
            return $"Camera:Source is not set; it must be a camera, such as {examples}.";
        if (source == NoCamera.Source)
            return null;
        try
        {
            // A camera holds nothing before its first read.
            _ = factory.Create(source);
            return null;
        }
        catch (CameraException exception)
        {
            return $"Camera:Source is '{SettingRules.Printable(CameraSourceName(source))}'; {exception.Message.TrimEnd('.')}.";
        }
    }

    /// <summary>The source without credentials and parameters; the message may end up in a log.</summary>
    private static string CameraSourceName(string source)
    {
        try
        {
            return CameraSource.Parse(source).DisplayName;
        }
        catch (CameraException)
        {
            return source.Contains('@') ? "..." : source;
        }
    }
}
