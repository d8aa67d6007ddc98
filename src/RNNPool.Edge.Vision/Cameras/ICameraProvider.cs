using Microsoft.Extensions.Logging;
using RNNPool.Edge.Vision.Frames;

namespace RNNPool.Edge.Vision.Cameras;

/// <summary>Creates cameras of one kind.</summary>
public interface ICameraProvider
{
    /// <summary>The kind, in lower case: the part before the colon.</summary>
    string Scheme { get; }

    /// <summary>An example for help texts, such as <c>images:/path/to/pictures?rate=10&amp;loop=true</c>.</summary>
    string Example { get; }

    /// <summary>Validates the source's parameters and creates the camera, which is not opened yet.</summary>
    /// <exception cref="CameraException">A parameter is unknown or out of range.</exception>
    ICamera Create(CameraSource source, CameraContext context);
}

/// <summary>The services that a camera needs.</summary>
/// <param name="Time">Clock for frame times and pacing.</param>
/// <param name="Loggers">Loggers for warnings.</param>
/// <param name="Frames">The pool of the frames.</param>
public sealed record CameraContext(TimeProvider Time, ILoggerFactory Loggers, FramePool Frames)
{
    /// <summary>Requirements on the frames.</summary>
    public CameraRequirements Requirements { get; init; } = CameraRequirements.Default;
}

/// <summary>Requirements on the frames of a camera. Parameters of the source have priority.</summary>
public sealed record CameraRequirements
{
    /// <summary>Ten frames per second, of any size.</summary>
    public static CameraRequirements Default { get; } = new();

    /// <summary>Frames per second, over 0 and at most 1000.</summary>
    public double Rate { get; init; } = 10;

    /// <summary>
    /// Width in pixels below which detail would be missing, 0 when every pixel counts; a compressed picture may be decoded that small.
    /// </summary>
    public int NeededWidth { get; init; }

    /// <summary>Height in pixels below which detail would be missing, 0 when every pixel counts.</summary>
    public int NeededHeight { get; init; }

    /// <summary>
    /// Factor of the default size of pictures, at least 1, so that a part of the picture that is cropped later has enough pixels. A size in
    /// the source has priority.
    /// </summary>
    public double Enlargement { get; init; } = 1;

    /// <summary>A default size in pixels, enlarged by <see cref="Enlargement"/> to an even number up to 4096.</summary>
    public int Enlarge(int pixels) => Enlargement > 1 ? Math.Clamp((int)Math.Ceiling(pixels * Enlargement / 2) * 2, pixels, 4096) : pixels;

    /// <summary>Controls to set, such as <c>exposure_time_absolute</c>, with their values.</summary>
    public IReadOnlyDictionary<string, string> Controls { get; init; } = new Dictionary<string, string>();
}
