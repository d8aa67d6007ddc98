using Microsoft.Extensions.Logging;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>Makes cameras of one kind.</summary>
public interface ICameraProvider
{
    /// <summary>The kind, in lower case: what stands before the colon.</summary>
    string Scheme { get; }

    /// <summary>An example for help texts, such as <c>images:/path/to/pictures?rate=10&amp;loop=true</c>.</summary>
    string Example { get; }

    /// <summary>Checks the source's parameters and makes the camera; it is not opened yet.</summary>
    /// <exception cref="CameraException">A parameter is unknown or out of range.</exception>
    ICamera Create(CameraSource source, CameraContext context);
}

/// <summary>What a camera needs from its surroundings.</summary>
/// <param name="Time">Clock for frame times and pacing.</param>
/// <param name="Loggers">Where warnings go.</param>
/// <param name="Frames">Where frames come from.</param>
public sealed record CameraContext(TimeProvider Time, ILoggerFactory Loggers, FramePool Frames);
