using Microsoft.Extensions.Options;
using RNNPool.Edge.Configuration;

namespace RNNPool.Edge.Capture;

/// <summary>Where the frames come from. Section <c>Camera</c>.</summary>
public sealed class CameraOptions
{
    /// <summary>Name of the section in the configuration.</summary>
    public const string SectionName = "Camera";

    /// <summary>The source: <c>images:</c> and a folder, a file or a pattern, or <c>synthetic:</c>. No default; it must be set.</summary>
    public string? Source { get; set; }

    /// <summary>What events call the camera. Default: the source.</summary>
    public string? Name { get; set; }

    /// <summary>Frames per second that <c>images:</c> and <c>synthetic:</c> deliver; 0 is as fast as they can. 0 to 240; default 5.</summary>
    public double Rate { get; set; } = 5;

    /// <summary>Whether <c>images:</c> begins again after the last picture. Default true.</summary>
    public bool Loop { get; set; } = true;

    /// <summary>A camera that delivers nothing for this long counts as lost. 0.5 s to 5 min; default 5 s.</summary>
    public TimeSpan FrameTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Delay before a lost camera is opened again; it doubles with every failure. 0.1 s to 1 min; default 0.5 s.</summary>
    public TimeSpan ReopenDelay { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest delay between attempts to open. <see cref="ReopenDelay"/> to 1 h; default 30 s.</summary>
    public TimeSpan MaxReopenDelay { get; set; } = TimeSpan.FromSeconds(30);
}
