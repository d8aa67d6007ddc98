using Microsoft.Extensions.Options;
using RNNPool.Edge.Configuration;
using RNNPool.Edge.Vision.Cameras;

namespace RNNPool.Edge.Capture;

/// <summary>Where the frames come from. Section <c>Camera</c>.</summary>
public sealed class CameraOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Camera";

    /// <summary>
    /// The source: <c>images:</c> and a folder, a file or a pattern, or <c>synthetic:</c>, with parameters as in
    /// <c>images:/srv/pictures?rate=5&amp;loop=true</c>. No default; it must be set.
    /// </summary>
    public string? Source { get; set; }

    /// <summary>What events call the camera. At most 64 characters; default: the source without its parameters.</summary>
    public string? Name { get; set; }

    /// <summary>A camera that delivers nothing for this long counts as lost. 0.5 s to 5 min; default 5 s.</summary>
    public TimeSpan FrameTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Delay before a lost camera is opened again; it doubles with every failure. 0.1 s to 1 min; default 0.5 s.</summary>
    public TimeSpan ReopenDelay { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest delay between attempts to open. <see cref="ReopenDelay"/> to 1 h; default 30 s.</summary>
    public TimeSpan MaxReopenDelay { get; set; } = TimeSpan.FromSeconds(30);
}

internal sealed class CameraOptionsValidator(CameraFactory factory) : IValidateOptions<CameraOptions>
{
    public ValidateOptionsResult Validate(string? name, CameraOptions options) => new SettingRules(CameraOptions.SectionName)
        .Check(CheckSource(options.Source))
        .Check(nameof(options.Name), options.Name, options.Name is null || (options.Name.Length is >= 1 and <= 64 && !options.Name.Any(char.IsControl)), "it must be 1 to 64 characters without control characters")
        .Range(nameof(options.FrameTimeout), options.FrameTimeout, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(5))
        .Range(nameof(options.ReopenDelay), options.ReopenDelay, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1))
        .Range(nameof(options.MaxReopenDelay), options.MaxReopenDelay, options.ReopenDelay, TimeSpan.FromHours(1))
        .Result();

    /// <summary>Makes the camera without opening it, so that its own provider judges the parameters.</summary>
    private string? CheckSource(string? source)
    {
        string examples = string.Join(" or ", factory.Providers.Select(provider => provider.Example));
        if (string.IsNullOrWhiteSpace(source)) return $"Camera:Source is not set; it must be a camera, such as {examples}.";
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
